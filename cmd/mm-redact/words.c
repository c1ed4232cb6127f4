#include "words.h"

#include <string.h>

enum { LONGEST = 36, SLOTS = 4096 };
_Static_assert(LONGEST <= 64, "lengths are bits");

/* Lower case, UTF-8. Words of the second kind speak in keys only: in a sentence they mean too much. */
static const struct {
    words means;
    bool key_only;
    const char *list;
} vocabulary[] = {
    { WORD_PHONE, false,
      "phone phones telephone tel mobile cell cellphone call called calling dial fax sms whatsapp contact contacts "
      "phonenumber mobilenumber telefon telefonnummer handy handynummer mobil mobilnummer mobiltelefon "
      "rufnummer anrufen anruf rückruf erreichbar téléphone telephone portable appelez appeler joindre numéro "
      "teléfono telefono móvil movil celular llame llamar llámame cellulare chiamare chiamami telefonare telefoon "
      "telefoonnummer mobiel bellen bel telefone ligar ligue celulares 電話 電話番号 携帯 msisdn" },
    { WORD_CARD, false,
      "card cards creditcard visa mastercard amex maestro discover credit debit kreditkarte karte kartennummer carte "
      "bancaire tarjeta crédito credito débito debito carta cartão cartao creditkaart kaart cardnumber" },
    { WORD_CARD, true, "cc ccn pan ccnumber ccnum" },
    { WORD_IBAN, false, "iban" },
    { WORD_SSN, false, "ssn ssns social security socialsecurity socialsecuritynumber ssnum taxpayer" },
    { WORD_IP, false, "ip ipv4 ipv6 ipaddress addr host server client remote gateway subnet dns ping firewall" },
    { WORD_MAC, false, "mac macaddress bssid ethernet hwaddr" },
    { WORD_BIRTH, false,
      "born birth birthday birthdate dob dateofbirth bday geboren geburtsdatum geburtstag geb née né nee naissance "
      "anniversaire nacido nacida nacimiento cumpleaños nací nació nato nata nascita nascido nascida nascimento "
      "geboorte geboortedatum geboortedag född fødselsdato født syntynyt urodzony urodzona urodzenia "
      "生年月日 誕生日 生まれ 생년월일 出生" },
    { WORD_LAT, true, "lat latitude breitengrad latitud latitudine" },
    { WORD_LON, true, "lon lng long longitude längengrad laengengrad longitud longitudine" },
    { WORD_PLACE, false, "coordinates coords coordinate gps latitude longitude geo location position koordinaten "
      "standort coordonnées coordenadas coordinate ubicación posizione" },
    { WORD_PLACE, true, "point geom geometry loc" },
    { WORD_SECRET, false, "secret apikey password passwd passphrase credential credentials passwort" },
    { WORD_SECRET, true, "token key auth authorization pwd pass bearer private" },
    { WORD_COUNT, false,
      "order orders invoice ref reference ticket tracking sku part serial model isbn issn ean upc batch lot article "
      "item account transaction txn receipt quantity qty bestellung bestellnummer rechnung rechnungsnummer auftrag "
      "artikel kundennummer vorgang aktenzeichen sendung sendungsnummer facture commande référence colis pedido "
      "factura referencia albarán ordine fattura spedizione bestelling factuur pakket nota" },
    { WORD_COUNT | WORD_VERSION, false,
      "version versions v ver release build firmware driver kernel section chapter kapitel revision rev sdk "
      "versión versione versie abschnitt software update oid" },
    { WORD_COUNT, true, "ts timestamp time created updated modified fetched size bytes len length count row score" },
    { WORD_PASSPORT, false,
      "passport passports passportnumber passportno reisepass reisepassnummer passnummer pasaporte passaporto passeport "
      "paspoort paspoortnummer paszport paszportu pass passi passaporte 여권 여권번호 旅券 旅券番号 travel" },
    { WORD_LICENCE, false,
      "driver drivers driving licence license licences licenses licencenumber licensenumber driverlicense driverslicense "
      "dvla dl dlno fahrerlaubnis führerschein führerscheinnummer fuehrerschein fuehrerscheinnummer permis conduire patente "
      "conducir carnet rijbewijs rijbewijsnummer cnh habilitação körkort ajokortti prawo jazdy 운전면허 운전면허번호 면허번호 면허 免許証" },
    { WORD_TAX, false,
      "tax taxes taxid taxnumber taxpayer tin itin ein fein tfn utr vat gst gstin abn irs hmrc sars bir fiscal fiscale iva piva partita "
      "steuer steuerid steuernummer steuernr steueridentifikationsnummer identifikationsnummer idnr finanzamt ust ustid ustidnr "
      "umsatzsteuer umsatzsteueridentifikationsnummer impôt impôts impots spi nif nie cif dni tva nip regon podatkowy cpf cnpj cadastro "
      "contribuinte pan withholding skatt btw rsin" },
    { WORD_HEALTH, false,
      "nhs health healthcare insurance medicare medicaid mbi npi dea medical provider prescriber physician doctor patient "
      "beneficiary member subscriber policy claim prescription pharmacy rx authorization preauthorization referral krankenkasse "
      "krankenversicherung krankenversicherungsnummer krankenversichertennummer versichertennummer versichertennr kvnr arztnummer lanr bsnr "
      "betriebsstättennummer praxisnummer vitale sécu sanitaria assuré ihi" },
    { WORD_IDENTITY, false,
      "identity identification identitycard idcard nationalid national ni nin nino nric fin sin ssid citizen citizenship resident registration personal "
      "aadhaar aadhar uidai uid voter epic elector personalausweis personalausweisnummer ausweis ausweisnummer sozialversicherung "
      "sozialversicherungsnummer rentenversicherung rentenversicherungsnummer versicherungsnummer rvnr svnr ahv avs "
      "ahvnr cni identité identite nir sécurité securite sociale séc identidad documento identità identita cie codice codicefiscale cartao "
      "cidadão cidadao cidadã niss pesel dowód dowod osobisty osobistego bsn burgerservicenummer sofinummer rijksregisternummer "
      "rijksregister insz niss registre personnummer samordningsnummer pnr hetu henkilötunnus henkilotunnus personbeteckning fødselsnummer "
      "fodselsnummer cpr rrn frn umid crn kimlik tckn tc nimc bvn mynumber nummer seguridad afiliación afiliacion nss rg registro curp "
      "주민등록번호 주민번호 외국인등록번호 マイナンバー 個人番号 เลขประจำตัวประชาชน pps ppsn" },
    { WORD_COMPANY, false,
      "company companies business corporation acn abn uen acra brn siren siret sirene entreprise société handelsregister "
      "handelsregisternummer registergericht amtsgericht hrb hra organisationsnummer orgnr orgnummer företagsnummer kvk regon empresa cipc "
      "enterprise ondernemingsnummer 사업자등록번호 사업자번호 사업자" },
    { WORD_BANK, false,
      "bank banking routing aba rtn abarouting account accounts acct accountnumber accountno swift bic swiftcode biccode checking savings deposit "
      "wire ach konto kontonummer compte cuenta conto conta rekening" },
    { WORD_VEHICLE, false,
      "vehicle vehicles car plate plates numberplate licenseplate registration reg rto vin chassis automobile truck kennzeichen kfz "
      "nummernschild fahrzeug autokennzeichen fin immatriculation immatriculé plaque matrícula matricula targa kenteken plaka natis enatis placa "
      "rejestracyjny" },
    { WORD_POSTCODE, false,
      "postcode postcodes postal zip zipcode plz postleitzahl delivery anschrift wohnort" },
    { WORD_DEVICE, false, "imei imeisv meid handset device" },
    { WORD_WALLET, false, "wallet bitcoin btc crypto ethereum eth address litecoin ltc satoshi tron solana" },
    { WORD_CODE, true,
      "total totals amount amounts price sum balance cost volume weight "
      "id ids code codes hash sha md5 uid uuid guid key name type status node pod host instance image tag branch commit session request trace "
      "span event asset product slot bin box rev seq sequence number no num index" },
};

static struct slot {
    char word[LONGEST];
    unsigned char n;
    words means, key_means;
} slots[SLOTS];

static uint64_t lengths[256];      /* of the words that begin with a byte; bit n: n bytes */
static unsigned char folded[256];  /* small letters for capitals; 0 for what belongs to no word */

static uint32_t hash(const char *p, size_t n)
{
    uint32_t h = (uint32_t)n;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)p[i]) * 0x01000193u;
    return (h ^ h >> 15) % SLOTS;
}

static struct slot *slot_of(const char *p, size_t n)
{
    uint32_t i = hash(p, n);
    while (slots[i].n && (slots[i].n != n || memcmp(slots[i].word, p, n) != 0))
        i = (i + 1) % SLOTS;
    return &slots[i];
}

static bool wordy(unsigned char c)
{
    unsigned low = c | 0x20u;
    return (low >= 'a' && low <= 'z') || c >= 0x80 || (c >= '0' && c <= '9');
}

void words_prepare(void)
{
    for (unsigned c = 0; c < 256; c++)
        folded[c] = !wordy((unsigned char)c) ? 0 : (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    for (size_t v = 0; v < sizeof vocabulary / sizeof *vocabulary; v++) {
        for (const char *p = vocabulary[v].list; *p;) {
            size_t n = strcspn(p, " ");
            struct slot *s = slot_of(p, n);
            memcpy(s->word, p, n);
            s->n = (unsigned char)n;
            lengths[(unsigned char)*p] |= (uint64_t)1 << n;
            s->key_means |= vocabulary[v].means;
            s->means |= vocabulary[v].key_only ? 0 : vocabulary[v].means;
            p += n + (p[n] == ' ');
        }
    }
}

static inline words meaning(const char *word, size_t n, bool key)
{
    if (!(lengths[(unsigned char)*word] >> n & 1))
        return 0;
    const struct slot *s = slot_of(word, n);
    return key ? s->key_means : s->means;
}

/* The words of text; with `camel` a capital behind a small letter begins another. Letters of other
 * alphabets are compared as they are: their capitals in the first place are a rarity. */
static inline words look_up(mm_str text, bool key)
{
    words all = 0;
    char word[LONGEST], joined[LONGEST];
    size_t i = 0, j = 0;
    while (i < text.n) {
        size_t n = 0;
        while (i < text.n && !folded[(unsigned char)text.p[i]])
            i++;
        for (size_t start = i; i < text.n && folded[(unsigned char)text.p[i]]; i++) {
            char c = (char)folded[(unsigned char)text.p[i]];
            if (key && c != text.p[i] && i > start && !(text.p[i - 1] >= 'A' && text.p[i - 1] <= 'Z'))
                break;
            if (n < LONGEST)
                word[n] = c;
            n++;
        }
        if (n > 0 && n < LONGEST)
            all |= meaning(word, n, key);
        if (key && j + n < LONGEST)
            memcpy(joined + j, word, n);
        j += n;
    }
    if (key && j > 0 && j < LONGEST)
        all |= meaning(joined, j, true);
    return all;
}

words words_of_key(mm_str key)
{
    return look_up(key, true);
}

words words_of_text(mm_str text)
{
    return look_up(text, false);
}
