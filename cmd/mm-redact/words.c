#include "words.h"

#include <string.h>

enum { LONGEST = 64, SLOTS = 8192, PRESENT = 32768 };
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
    { WORD_PERSON, true,
      "firstname lastname surname givenname familyname fullname middlename maidenname forename realname legalname nameoncard customername "
      "clientname patientname employeename contactname contactperson recipientname sendername accountholder cardholder cardholdername "
      "holdername beneficiaryname passengername guestname studentname teachername doctorname physicianname fathername mothername spousename "
      "personname membername subscribername insuredname namefirst namelast fname lname vorname nachname familienname rufname geburtsname "
      "prenom prénom nomdefamille nomcomplet apellido apellidos nombrecompleto primerapellido segundoapellido cognome nomecompleto sobrenome "
      "nomecognome voornaam achternaam förnamn fornamn efternamn fornavn etternavn efternavn imię imie nazwisko etunimi sukunimi jmeno jméno "
      "prijmeni příjmení soyad soyadı isim имя фамилия отчество 氏名 名前 姓名 이름 성명 수취인" },
    { WORD_NAME, true,
      "name names author authors owner contact signer signatory attendee nom nombre nome naam namn navn nazwa név nume kunde client customer "
      "patient employee person recipient sender assignee reporter manager supervisor physician doctor" },
    { WORD_STREET, true,
      "street streetaddress streetname addressline addressline1 addressline2 address1 address2 addr1 addr2 homeaddress mailingaddress postaladdress "
      "billingaddress shippingaddress deliveryaddress residentialaddress addressstreet residence straße strasse str anschrift adresse "
      "wohnadresse lieferadresse rechnungsadresse rue dirección direccion domicilio calle indirizzo endereço endereco morada logradouro adres "
      "straat straatnaam gatuadress adress gateadresse osoite katuosoite ulica adresa cím adresi адрес 住所 주소" },
    { WORD_ADDRESS, true, "address addr location" },
    { WORD_CITY, true, "city town ort stadt wohnort ville ciudad città citta cidade plaats woonplaats stad miasto kaupunki město şehir город 市 도시" },
    { WORD_CODE, true,
      "total totals amount amounts price sum balance cost volume weight "
      "id ids code codes hash sha md5 uid uuid guid key name type status node pod host instance image tag branch commit session request trace "
      "span event asset product slot bin box rev seq sequence number no num index" },
};

/* A word by its first and its last eight bytes, zeros behind short ones; what lies between is compared as well. */
static struct slot {
    uint64_t head, tail;
    const char *word;      /* in the vocabulary */
    words means, key_means;
    unsigned char n;
} slots[SLOTS];

static uint64_t lengths[256];      /* of the words that begin with a byte; bit n: n bytes */
static unsigned char folded[256];  /* small letters for capitals; 0 for what belongs to no word */
static uint64_t present[PRESENT / 64];   /* hashes that words have */

/* Eight bytes with small letters for capitals. */
static inline uint64_t fold(uint64_t w)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t low = w & ~(ones * 0x80);
    uint64_t from_a = low + ones * (0x80 - 'A'), behind_z = low + ones * (0x7f - 'Z');
    return w | ((from_a & ~behind_z & ~w & ones * 0x80) >> 2);
}

/* The word of n > 0 bytes at p, of which 8 can be read. */
static inline void ends_of(const char *p, size_t n, uint64_t *head, uint64_t *tail)
{
    memcpy(head, p, 8);
    if (n < 8) {
        *head = fold(*head & ((UINT64_C(1) << 8 * n) - 1));
        *tail = 0;
        return;
    }
    memcpy(tail, p + n - 8, 8);
    *head = fold(*head);
    *tail = fold(*tail);
}

static inline uint32_t hash(uint64_t head, uint64_t tail)
{
    return (uint32_t)((head * UINT64_C(0x9e3779b97f4a7c15) + tail * UINT64_C(0xc2b2ae3d27d4eb4f)) >> 32);
}

static bool same_word(const struct slot *s, uint64_t head, uint64_t tail, const char *p, size_t n)
{
    if (s->n != n || s->head != head || s->tail != tail)
        return false;
    for (size_t i = 8; i + 8 < n; i++)
        if (folded[(unsigned char)p[i]] != (unsigned char)s->word[i])
            return false;
    return true;
}

static struct slot *slot_of(uint64_t head, uint64_t tail, const char *p, size_t n)
{
    uint32_t i = hash(head, tail) % SLOTS;
    while (slots[i].n && !same_word(&slots[i], head, tail, p, n))
        i = (i + 1) % SLOTS;
    return &slots[i];
}

static bool wordy(unsigned char c)
{
    unsigned low = c | 0x20u;
    return (low >= 'a' && low <= 'z') || c >= 0x80 || (c >= '0' && c <= '9');
}

static void add_word(const char *p, size_t n, words means, bool key_only)
{
    char padded[LONGEST + 8] = "";
    uint64_t head, tail;
    memcpy(padded, p, n);
    ends_of(padded, n, &head, &tail);
    uint32_t h = hash(head, tail);
    struct slot *s = slot_of(head, tail, padded, n);
    present[h % PRESENT / 64] |= UINT64_C(1) << h % 64;
    lengths[(unsigned char)*p] |= UINT64_C(1) << n;
    *s = (struct slot){ head, tail, p, s->means | (key_only ? 0 : means), s->key_means | means, (unsigned char)n };
}

void words_prepare(void)
{
    for (unsigned c = 0; c < 256; c++)
        folded[c] = !wordy((unsigned char)c) ? 0 : (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    for (size_t v = 0; v < sizeof vocabulary / sizeof *vocabulary; v++) {
        for (const char *p = vocabulary[v].list; *p;) {
            size_t n = strcspn(p, " ");
            add_word(p, n, vocabulary[v].means, vocabulary[v].key_only);
            p += n + (p[n] == ' ');
        }
    }
}

/* The slot of the word of n bytes at p, behind which the text goes on for `room` bytes more; NULL for most that have
 * none. */
static inline const struct slot *meaning(const char *p, size_t n, size_t room)
{
    uint64_t head, tail;
    if (n >= LONGEST || !(lengths[folded[(unsigned char)*p]] >> n & 1))
        return NULL;
    if (n + room < 8) {
        char padded[8] = "";
        memcpy(padded, p, n);
        ends_of(padded, n, &head, &tail);
    } else {
        ends_of(p, n, &head, &tail);
    }
    uint32_t h = hash(head, tail);
    if (!(present[h % PRESENT / 64] >> h % 64 & 1))
        return NULL;
    return slot_of(head, tail, p, n);
}

/* Letters of other alphabets are compared as they are: their capitals in the first place are a rarity. */
words words_of_text(mm_str text)
{
    words all = 0;
    for (size_t i = 0; i < text.n; i++) {
        size_t start = i;
        while (i < text.n && folded[(unsigned char)text.p[i]])
            i++;
        const struct slot *s = i > start ? meaning(text.p + start, i - start, text.n - i) : NULL;
        all |= s ? s->means : 0;
    }
    return all;
}

/* A capital behind a small letter begins another word; and all of a key may be one word, written apart. */
words words_of_key(mm_str key)
{
    words all = 0;
    char joined[LONGEST];
    size_t i = 0, j = 0;
    const struct slot *s;
    while (i < key.n) {
        while (i < key.n && !folded[(unsigned char)key.p[i]])
            i++;
        size_t start = i;
        for (; i < key.n && folded[(unsigned char)key.p[i]]; i++)
            if (i > start && key.p[i] >= 'A' && key.p[i] <= 'Z' && !(key.p[i - 1] >= 'A' && key.p[i - 1] <= 'Z'))
                break;
        size_t n = i - start;
        if (n > 0 && (s = meaning(key.p + start, n, key.n - i)) != NULL)
            all |= s->key_means;
        if (n < LONGEST - j)
            memcpy(joined + j, key.p + start, n);
        j = n < LONGEST - j ? j + n : LONGEST;
    }
    if (j > 0 && j < LONGEST && (s = meaning(joined, j, 0)) != NULL)
        all |= s->key_means;
    return all;
}
