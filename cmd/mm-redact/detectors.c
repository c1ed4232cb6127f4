/* detectors.c - the table of detectors: one row each. */
#include "detect.h"
#include "base/near.h"
#include "ids.h"

#include <string.h>
#include <strings.h>

#define ON(kind) (1u << MM_PII_##kind)
#define IDS (ON(NUMBER) | ON(CODE) | ON(IBAN) | ON(TOKEN) | ON(YEAR))

/* Behind the last row those that the policy adds. */
detector detectors[DETECTORS_MAX + 1] = {
    { "private-key", "PRIVATE_KEY", ON(DASHES), detect_private_key,
      "PEM and OpenSSH private keys, from BEGIN to END" },
    { "secret", "SECRET", ON(TOKEN) | ON(EQUALS), detect_secret,
      "API keys, tokens and passwords by the formats of their issuers; values of secret query parameters" },
    { "url", "URL_CREDENTIALS", ON(AT), detect_url, "user and password in a URL (RFC 3986 userinfo)" },
    { "email", "EMAIL", ON(AT), detect_email, "addresses (RFC 5321, RFC 6531) at a domain with a top level" },
    { "card", "CARD", ON(NUMBER), detect_card,
      "payment cards: issuer range and length, Luhn digit (ISO/IEC 7812)" },
    { "iban", "IBAN", ON(IBAN), detect_iban, "bank accounts: country, length, mod 97 (ISO 13616)" },
    { "ssn", "US_SSN", ON(NUMBER), detect_ssn, "US social security numbers: areas and groups that are issued" },
    { "phone", "PHONE", ON(NUMBER), detect_phone,
      "telephone numbers: international (E.164), and national forms of US CA UK DE FR ES IT NL IN AU JP BR IL" },
    { "ip", "IP", ON(QUAD) | ON(HEX), detect_ip, "IPv4 and IPv6 addresses (RFC 4291, RFC 5952)" },
    { "mac", "MAC", ON(HEX), detect_mac, "hardware addresses (IEEE 802) in three spellings" },
    { "birth", "BIRTH_DATE", ON(NUMBER) | ON(YEAR), detect_birth,
      "dates of birth: a date beside words or under a key that say so" },
    { "place", "COORDINATES", ON(PAIR) | ON(DEGREE) | 1u << HINT_KEY, detect_place,
      "positions: pairs of decimal degrees, degrees and minutes, lat and lon members" },
    { "person", "PERSON", ON(NAME) | 1u << HINT_KEY, detect_person,
      "names of persons: frequent given and family names, what follows titles and greetings, members called so" },
    { "address", "ADDRESS", ON(HOUSE) | 1u << HINT_KEY, detect_address,
      "addresses of houses: number and name of a street told by its kind; members called so" },
    { "organization", "ORGANIZATION", ON(NAME), detect_organization, "organisations: a name before a legal form" },
    { "ner", "NER", 0, NULL, "what the command of --ner tells by a name that is none of these" },
    { "field", "FIELD", 0, NULL, "fields that the policy names under columns" },
    { "face", "FACE", 0, NULL, "faces in pictures, seen from the front (Viola and Jones 2001)" },
    { "barcode", "BARCODE", 0, NULL, "bar codes and QR codes in pictures" },
    { "wallet", "CRYPTO_WALLET", ON(TOKEN), detect_wallet,
      "cryptocurrency addresses: Base58Check, Bech32 (BIP 173, BIP 350), Ethereum" },
    { "us-itin", "US_ITIN", IDS, detect_ids, "US individual taxpayers: ranges that are given (IRS)" },
    { "us-ein", "US_EIN", IDS, detect_ids, "US employers: prefixes (IRS), beside a word of taxes" },
    { "us-passport", "US_PASSPORT", IDS, detect_ids, "US passports: a letter and eight digits; nine digits beside a word" },
    { "us-driver-license", "US_DRIVER_LICENSE", IDS, detect_ids,
      "US driver licences in the shapes of the states, beside a word" },
    { "us-mbi", "US_MBI", IDS, detect_ids, "US Medicare beneficiaries: letters and digits by place (CMS)" },
    { "us-npi", "US_NPI", IDS, detect_ids, "US health care providers: Luhn behind 80840 (CMS)" },
    { "us-dea", "US_DEA", IDS, detect_ids, "US prescribers: registrant type and check digit (DEA)" },
    { "us-routing", "US_ROUTING", IDS, detect_ids, "US bank routing numbers: districts, weights 3 7 1 (ABA)" },
    { "us-bank-account", "US_BANK_ACCOUNT", IDS, detect_ids, "US bank accounts: 8 to 17 digits beside a word" },
    { "us-health-id", "US_HEALTH_ID", IDS, detect_ids,
      "US health plan members, claims and the like: letters and digits beside a word" },
    { "ca-sin", "CA_SIN", IDS, detect_ids, "Canadian social insurance: Luhn (Service Canada)" },
    { "ca-postal-code", "CA_POSTAL_CODE", IDS, detect_ids, "Canadian postal codes: letters in use (Canada Post)" },
    { "br-cpf", "BR_CPF", IDS, detect_ids, "Brazilian taxpayers: two digits mod 11 (Receita Federal)" },
    { "br-cnpj", "BR_CNPJ", IDS, detect_ids, "Brazilian companies: two digits mod 11 (Receita Federal)" },
    { "br-cnh", "BR_CNH", IDS, detect_ids, "Brazilian driving licences: two digits mod 11, beside a word" },
    { "uk-nhs", "UK_NHS", IDS, detect_ids, "NHS numbers: mod 11 (NHS Data Dictionary)" },
    { "uk-nino", "UK_NINO", IDS, detect_ids, "UK national insurance: prefixes and suffixes in use (HMRC NIM39110)" },
    { "uk-utr", "UK_UTR", IDS, detect_ids, "UK taxpayers: mod 11 (HMRC), beside a word" },
    { "uk-passport", "UK_PASSPORT", IDS, detect_ids,
      "UK passports: two letters and seven digits; nine digits beside a word" },
    { "uk-driving-licence", "UK_DRIVING_LICENCE", IDS, detect_ids,
      "UK driving licences: name, date and initials by place (DVLA)" },
    { "uk-postcode", "UK_POSTCODE", IDS, detect_ids, "UK postcodes: areas (Royal Mail)" },
    { "uk-vehicle-registration", "UK_VEHICLE_REGISTRATION", IDS, detect_ids,
      "UK number plates: letters and ages in use (DVLA INF104)" },
    { "ie-pps", "IE_PPS", IDS, detect_ids, "Irish public service numbers: mod 23" },
    { "de-tax-id", "DE_TAX_ID", IDS, detect_ids, "German tax identification: repeated digit, ISO 7064 MOD 11,10 (BZSt)" },
    { "de-tax-number", "DE_TAX_NUMBER", IDS, detect_ids, "German tax numbers of the states: slashes, or a word" },
    { "de-social-security", "DE_SOCIAL_SECURITY", IDS, detect_ids,
      "German pension insurance: date and check digit (VKVV)" },
    { "de-id-card", "DE_ID_CARD", IDS, detect_ids, "German identity cards: letters in use, weights 7 3 1 (ICAO 9303)" },
    { "de-passport", "DE_PASSPORT", IDS, detect_ids, "German passports: letters in use, weights 7 3 1 (ICAO 9303)" },
    { "de-health-insurance", "DE_HEALTH_INSURANCE", IDS, detect_ids, "German health insurance: check digit (GKV)" },
    { "de-driving-licence", "DE_DRIVING_LICENCE", IDS, detect_ids, "German driving licences: mod 11, or a word (FeV)" },
    { "de-doctor-number", "DE_DOCTOR_NUMBER", IDS, detect_ids,
      "German doctors and practices: LANR, BSNR beside a word (KBV)" },
    { "de-vat-id", "DE_VAT_ID", IDS, detect_ids, "German VAT numbers: ISO 7064 MOD 11,10 (BZSt)" },
    { "de-trade-register", "DE_TRADE_REGISTER", IDS, detect_ids, "German trade register: HRA or HRB and a number" },
    { "de-licence-plate", "DE_LICENCE_PLATE", IDS, detect_ids, "German number plates: with a dash, or beside a word" },
    { "de-postcode", "DE_POSTCODE", IDS, detect_ids, "German postcodes beside a word" },
    { "at-social-security", "AT_SOCIAL_SECURITY", IDS, detect_ids, "Austrian social insurance: check digit and date" },
    { "ch-ahv", "CH_AHV", IDS, detect_ids, "Swiss social insurance: 756 and a GTIN's check digit (ZAS)" },
    { "fr-nir", "FR_NIR", IDS, detect_ids, "French social security: mod 97 (INSEE)" },
    { "fr-tax-id", "FR_TAX_ID", IDS, detect_ids, "French taxpayers: mod 511 (DGFiP)" },
    { "fr-siret", "FR_SIRET", IDS, detect_ids, "French places of business: Luhn twice (INSEE)" },
    { "fr-siren", "FR_SIREN", IDS, detect_ids, "French companies: Luhn, beside a word (INSEE)" },
    { "fr-passport", "FR_PASSPORT", IDS, detect_ids, "French passports: places of letters" },
    { "fr-identity-card", "FR_IDENTITY_CARD", IDS, detect_ids, "French identity cards beside a word" },
    { "fr-driving-licence", "FR_DRIVING_LICENCE", IDS, detect_ids, "French driving licences beside a word" },
    { "fr-licence-plate", "FR_LICENCE_PLATE", IDS, detect_ids, "French number plates: letters in use" },
    { "es-nif", "ES_NIF", IDS, detect_ids, "Spanish citizens (DNI, NIF): mod 23" },
    { "es-nie", "ES_NIE", IDS, detect_ids, "foreigners in Spain: mod 23" },
    { "es-cif", "ES_CIF", IDS, detect_ids, "Spanish companies: check digit or letter by kind (EHA/451/2008)" },
    { "es-social-security", "ES_SOCIAL_SECURITY", IDS, detect_ids, "Spanish social security: province, mod 97" },
    { "es-passport", "ES_PASSPORT", IDS, detect_ids, "Spanish passports: letters and six digits" },
    { "pt-nif", "PT_NIF", IDS, detect_ids, "Portuguese taxpayers: mod 11, beside a word" },
    { "pt-citizen-card", "PT_CITIZEN_CARD", IDS, detect_ids, "Portuguese citizen cards: Luhn with letters (AMA)" },
    { "pt-social-security", "PT_SOCIAL_SECURITY", IDS, detect_ids, "Portuguese social security: primes, mod 10" },
    { "it-fiscal-code", "IT_FISCAL_CODE", IDS, detect_ids,
      "Italian fiscal codes: date and check letter (DM 12 marzo 1974)" },
    { "it-vat", "IT_VAT", IDS, detect_ids, "Italian VAT numbers: office, Luhn" },
    { "it-identity-card", "IT_IDENTITY_CARD", IDS, detect_ids, "Italian identity cards, electronic and paper" },
    { "it-driving-licence", "IT_DRIVING_LICENCE", IDS, detect_ids, "Italian driving licences: places of letters" },
    { "it-passport", "IT_PASSPORT", IDS, detect_ids, "Italian passports: two letters and seven digits" },
    { "nl-bsn", "NL_BSN", IDS, detect_ids, "Dutch citizens: test of eleven, beside a word (RvIG)" },
    { "nl-passport", "NL_PASSPORT", IDS, detect_ids, "Dutch passports and identity cards beside a word" },
    { "be-national-number", "BE_NATIONAL_NUMBER", IDS, detect_ids, "Belgian national register: mod 97 (IBZ)" },
    { "be-enterprise", "BE_ENTERPRISE", IDS, detect_ids, "Belgian enterprises and VAT numbers: mod 97 (KBO)" },
    { "se-personnummer", "SE_PERSONNUMMER", IDS, detect_ids,
      "Swedish persons and coordination numbers: date, Luhn (SKV 704)" },
    { "se-organisationsnummer", "SE_ORGANISATIONSNUMMER", IDS, detect_ids, "Swedish organisations: Luhn (SKV 709)" },
    { "fi-hetu", "FI_HETU", IDS, detect_ids, "Finnish persons: date, mod 31 (DVV)" },
    { "no-fodselsnummer", "NO_FODSELSNUMMER", IDS, detect_ids,
      "Norwegian persons: date, two digits mod 11 (Skatteetaten)" },
    { "dk-cpr", "DK_CPR", IDS, detect_ids, "Danish persons: date and form; mod 11 beside a word (CPR)" },
    { "pl-pesel", "PL_PESEL", IDS, detect_ids, "Polish persons: date, weights 1 3 7 9" },
    { "pl-nip", "PL_NIP", IDS, detect_ids, "Polish taxpayers: mod 11" },
    { "pl-regon", "PL_REGON", IDS, detect_ids, "Polish companies: mod 11, beside a word (GUS)" },
    { "pl-id-card", "PL_ID_CARD", IDS, detect_ids, "Polish identity cards: weights 7 3 1" },
    { "pl-passport", "PL_PASSPORT", IDS, detect_ids, "Polish passports: weights 7 3 1" },
    { "tr-national-id", "TR_NATIONAL_ID", IDS, detect_ids, "Turkish citizens: two check digits (NVI)" },
    { "tr-licence-plate", "TR_LICENCE_PLATE", IDS, detect_ids, "Turkish number plates: provinces" },
    { "in-aadhaar", "IN_AADHAAR", IDS, detect_ids, "Indian residents: Verhoeff (UIDAI)" },
    { "in-pan", "IN_PAN", IDS, detect_ids, "Indian taxpayers: kind of holder by place" },
    { "in-voter-id", "IN_VOTER_ID", IDS, detect_ids, "Indian voters: three letters and seven digits" },
    { "in-passport", "IN_PASSPORT", IDS, detect_ids, "Indian passports: a letter and seven digits" },
    { "in-gstin", "IN_GSTIN", IDS, detect_ids, "Indian goods and services tax: state, PAN, Z" },
    { "in-vehicle-registration", "IN_VEHICLE_REGISTRATION", IDS, detect_ids, "Indian number plates: states" },
    { "au-tfn", "AU_TFN", IDS, detect_ids, "Australian taxpayers: mod 11 (ATO)" },
    { "au-abn", "AU_ABN", IDS, detect_ids, "Australian businesses: mod 89 (ABR)" },
    { "au-acn", "AU_ACN", IDS, detect_ids, "Australian companies: weights 8 to 1 (ASIC)" },
    { "au-medicare", "AU_MEDICARE", IDS, detect_ids, "Australian Medicare cards: weights 1 3 7 9" },
    { "sg-nric", "SG_NRIC", IDS, detect_ids, "Singapore's NRIC and FIN: series, check letter" },
    { "sg-uen", "SG_UEN", IDS, detect_ids, "Singapore's entities: check letter (ACRA)" },
    { "ph-passport", "PH_PASSPORT", IDS, detect_ids, "Philippine passports" },
    { "ph-tin", "PH_TIN", IDS, detect_ids, "Philippine taxpayers: groups, or a word" },
    { "ph-umid", "PH_UMID", IDS, detect_ids, "Philippine common reference numbers: groups, or a word" },
    { "th-national-id", "TH_NATIONAL_ID", IDS, detect_ids, "Thai persons: mod 11" },
    { "jp-my-number", "JP_MY_NUMBER", IDS, detect_ids, "Japanese persons: mod 11 (ordinance 85 of 2014)" },
    { "kr-rrn", "KR_RRN", IDS, detect_ids, "Korean residents: date, sex, mod 11" },
    { "kr-frn", "KR_FRN", IDS, detect_ids, "foreigners in Korea: date, sex, mod 11" },
    { "kr-passport", "KR_PASSPORT", IDS, detect_ids, "Korean passports: kinds" },
    { "kr-driver-license", "KR_DRIVER_LICENSE", IDS, detect_ids, "Korean driver licences: regions" },
    { "kr-brn", "KR_BRN", IDS, detect_ids, "Korean businesses: weights 1 3 7" },
    { "za-id-number", "ZA_ID_NUMBER", IDS, detect_ids, "South African persons: date, Luhn" },
    { "za-company", "ZA_COMPANY", IDS, detect_ids, "South African companies: year and kind (CIPC)" },
    { "za-tax", "ZA_TAX", IDS, detect_ids, "South African taxpayers: Luhn, beside a word (SARS)" },
    { "za-vat", "ZA_VAT", IDS, detect_ids, "South African VAT numbers beside a word" },
    { "za-passport", "ZA_PASSPORT", IDS, detect_ids, "South African passports: kinds" },
    { "za-licence-plate", "ZA_LICENCE_PLATE", IDS, detect_ids, "South African number plates: provinces" },
    { "ng-nin", "NG_NIN", IDS, detect_ids, "Nigerian persons: Verhoeff (NIMC)" },
    { "ng-vehicle-registration", "NG_VEHICLE_REGISTRATION", IDS, detect_ids, "Nigerian number plates" },
    { "vin", "VIN", IDS, detect_ids, "vehicles: check digit (49 CFR 565), or a word" },
    { "imei", "IMEI", IDS, detect_ids, "handsets: reporting body, Luhn (3GPP TS 23.003)" },
    { "swift-bic", "SWIFT_BIC", IDS, detect_ids, "banks: country, beside a word (ISO 9362)" },
    { NULL, NULL, 0, NULL, NULL },
};

const detector *detector_of_policy(const char *entity)
{
    const detector *known = detector_named(mm_str_of(entity));
    detector *d = detectors;
    while (d->name)
        d++;
    if (known || d == detectors + DETECTORS_MAX)
        return known;
    *d = (detector){ .name = entity, .entity = entity, .about = "of the policy" };
    return d;
}

size_t detector_index(const detector *d)
{
    return (size_t)(d - detectors);
}

const detector *detector_named(mm_str name)
{
    for (const detector *d = detectors; d->name; d++)
        if ((strlen(d->name) == name.n && strncasecmp(d->name, name.p, name.n) == 0) ||
            (strlen(d->entity) == name.n && strncasecmp(d->entity, name.p, name.n) == 0))
            return d;
    return NULL;
}

const char *detector_near(mm_str name)
{
    const char *nearest = NULL;
    size_t best = mm_near_limit(name.n);
    char low[64];
    bool loud = name.n && name.p[0] >= 'A' && name.p[0] <= 'Z';
    if (name.n > sizeof low)
        return NULL;
    for (size_t i = 0; i < name.n; i++)
        low[i] = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] | 0x20) : name.p[i];
    for (const detector *d = detectors; d->name; d++) {
        size_t far = mm_distance((mm_str){ low, name.n }, mm_str_of(d->name));
        if (far < best) {
            best = far;
            nearest = loud ? d->entity : d->name;
        }
    }
    return nearest;
}
