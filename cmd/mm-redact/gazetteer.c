#include "gazetteer.h"

#include <string.h>

enum { SLOTS = 32768, LONGEST = 40 };

static const struct {
    gaz is;
    const char *list;
} vocabulary[] = {
    { GAZ_TITLE,
      "mr mrs ms miss mx dr prof professor sir madam lady herr herrn frau hr monsieur madame mademoiselle mme mlle señor señora señorita "
      "sr sra srta don doña senhor senhora sig signor signora signorina sig.ra dott dottor dottoressa ing avv dhr mevr meneer mevrouw "
      "mijnheer pan pani pana panu panie panią fru fröken frøken herra rouva shri smt bayan sayın" },
    { GAZ_OFFICE,
      "capt captain sgt sergeant officer detective judge justice senator governor president chancellor minister nurse doctor doktor rev "
      "reverend father sister brother rabbi imam customer patient client kunde patientin kundin cliente paciente klant mitarbeiter employee" },
    { GAZ_GREET,
      "dear hi hello hey hiya liebe lieber geehrte geehrter hallo guten cher chère bonjour bonsoir salut hola estimado estimada querido "
      "querida caro cara ciao gentile egregio prezado prezada olá oi beste geachte hej kära bästa kjære hei szanowny szanowna drogi droga "
      "cześć witam merhaba selam ahoj vážený szia kedves" },
    { GAZ_INTRO,
      "is name called i'm heiße heisse ist appelle m'appelle nomme llamo chiamo é nome chamo nazywam imię naam heet heter hedder navn namn "
      "nimeni adım nevem jmenuji es est ist är er on się" },
    { GAZ_PARTICLE, "von van der den de del della di da do dos das du des la le el al bin ibn ter ten zu zum zur af av y e und" },
    { GAZ_STREET,
      "street st avenue ave road rd boulevard blvd lane ln drive dr court ct place pl square sq terrace ter way parkway pkwy circle cir "
      "highway hwy close crescent cres gardens grove mews row walk trail trl alley loop plaza expressway turnpike pike "
      "straße strasse str weg platz allee gasse ring damm ufer chaussee promenade "
      "straat laan gracht plein kade singel dijk gatan gata vägen väg gränd gade vej gate vei veien katu tie kuja caddesi cad sokak sok "
      "bulvarı utca út tér marg nagar road" },
    { GAZ_STREET_FIRST,
      "rue avenue av boulevard bd bld place chemin allée impasse quai cours route square passage faubourg ruelle "
      "calle avenida avda paseo plaza plza camino carretera ctra ronda travesía rua travessa praça alameda estrada rodovia largo "
      "via viale corso piazza piazzale vicolo strada lungomare ul ulica al aleja aleje pl os osiedle" },
    { GAZ_LEGAL,
      "gmbh mbh ag kg kgaa ohg ug ev se ltd limited plc llc llp inc incorporated corp corporation co company sarl sas sasu sa srl spa "
      "sl bv nv ab as aps oy oyj kft zrt sro pty pvt kk lp lda ltda eirl" },
    { GAZ_VENUE,
      "hotel hotels motel inn street road avenue airport station park stadium arena museum theatre theater cinema hall school college "
      "university universität institute hospital clinic church cathedral bridge tower building center centre mall market store stores shop restaurant "
      "cafe café bar pub bank award awards prize medal cup trophy foundation fund trust society association club museum library gallery "
      "beach island islands lake river mountain mountains valley county city town village district province state republic kingdom "
      "group records studios productions motors airlines press magazine times post news tribune collection edition series model bike bikes "
      "whiskey whisky bourbon jeans perfume fashion straße strasse str platz allee weg schule gymnasium haus preis stiftung flughafen bahnhof rue place stade "
      "act law bill syndrome disease algorithm theorem equation method effect scale test tests index bay cove heights hills falls springs creek" },
    { GAZ_SIGN,
      "regards sincerely cheers thanks best wishes truly faithfully respectfully grüße grüßen gruß gruss grüsse cordialement bien salutations "
      "sincères saludos atentamente cordialmente saluti distinti atenciosamente abraços groet groeten groetjes hälsningar mvh hilsen pozdrawiam "
      "poważaniem terveisin love yours" },
    { GAZ_NOBODY,
      "the a an and or of for with from this that these those your our their his her its we you they it i my he she all everyone team customer "
      "customers client clients user users sir madam sirs support service services sales admin manager colleague colleagues friend friends "
      "guest guests member members valued folks guys there world please thank thanks yes no not ok okay damen herren kunde kunden team "
      "kollegen alle zusammen clientes equipo tous équipe tutti klant collega monday tuesday wednesday thursday friday saturday sunday january "
      "february march april may june july august september october november december montag dienstag mittwoch donnerstag freitag samstag sonntag "
      "january januar februar märz mai juni juli oktober dezember inc ltd llc gmbh street road avenue hotel bank google microsoft amazon apple "
      "facebook twitter linux windows android english german french spanish italian dutch american british european email mail phone number order "
      "invoice account update new old first last next one two three if when where why what who how but so then also just here now today tomorrow "
      "is are was were be been has have had do does did will would can could should shall may might must am pm via re fwd subject morgen tag abend "
      "sehr für der die das ein eine und oder nicht el los las un una le les des per con por para que si no ne pas" },
    { GAZ_SAINT,
      "san santa santo saint st sankt são new north south east west mount mt lake fort port cape university college hospital school airport "
      "rue avenue boulevard place calle plaza via viale piazza rua street church cathedral hotel café restaurant county the upper lower" },
};

static struct slot {
    uint32_t at;
    unsigned char n;
    uint16_t is;
} slots[SLOTS];
static char bytes[160000];
static uint32_t used;
static uint64_t lengths[256];   /* of the words that begin with a byte */

/* Small letters for capitals, of one byte or two. Returns the length, or 0 when it is too long. */
static size_t fold(mm_str word, char out[LONGEST])
{
    if (word.n >= LONGEST)
        return 0;
    for (size_t i = 0; i < word.n; i++) {
        unsigned char c = (unsigned char)word.p[i], before = i ? (unsigned char)word.p[i - 1] : 0;
        if (c >= 'A' && c <= 'Z')
            c |= 0x20;
        else if (before == 0xc3 && c >= 0x80 && c <= 0x9e && c != 0x97)
            c += 0x20;
        else if (before == 0xc4 && c != 0xb0 && c != 0xb1)   /* Latin Extended-A: pairs */
            c = c < 0xb8 ? c | 1 : c == 0xb8 ? c : c & 1 ? c + 1 : c;
        else if (before == 0xc5 && c < 0xb8)
            c = c <= 0x88 ? (c & 1 ? c + 1 : c) : c | 1;
        else if (before == 0xc5 && (c == 0xb9 || c == 0xbb || c == 0xbd))
            c++;
        out[i] = (char)c;
    }
    return word.n;
}

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
    while (slots[i].n && (slots[i].n != n || memcmp(bytes + slots[i].at, p, n) != 0))
        i = (i + 1) % SLOTS;
    return &slots[i];
}

uint64_t gazetteer_words[1024], gazetteer_names[1024];

static void add(mm_str word, gaz is)
{
    char low[LONGEST];
    size_t n = fold(word, low);
    struct slot *s = slot_of(low, n);
    if (n == 0 || (!s->n && used + n > sizeof bytes))
        return;
    if (!s->n) {
        memcpy(bytes + used, low, n);
        s->at = used;
        s->n = (unsigned char)n;
        used += (uint32_t)n;
        lengths[(unsigned char)low[0]] |= UINT64_C(1) << n;
    }
    uint32_t bit = gazetteer_bit(low, n);
    (is & (GAZ_GIVEN | GAZ_GIVEN_WEAK | GAZ_FAMILY | GAZ_FAMILY_WEAK) ? gazetteer_names : gazetteer_words)[bit / 64] |= UINT64_C(1) << bit % 64;
    s->is |= (uint16_t)is;
}

static void add_all(const char *list, gaz is)
{
    while (*list) {
        size_t n = strcspn(list, " ");
        add((mm_str){ list, n }, is);
        list += n + (list[n] == ' ');
    }
}

void gazetteer_prepare(void)
{
    if (used)
        return;
    add_all(names_given, GAZ_GIVEN);
    add_all(names_given_weak, GAZ_GIVEN_WEAK);
    add_all(names_family, GAZ_FAMILY);
    add_all(names_family_weak, GAZ_FAMILY_WEAK);
    for (size_t i = 0; i < sizeof vocabulary / sizeof *vocabulary; i++)
        add_all(vocabulary[i].list, vocabulary[i].is);
}

gaz gazetteer_word(mm_str word)
{
    char low[LONGEST];
    if (word.n == 0 || word.n >= LONGEST)
        return 0;
    size_t n = fold(word, low);
    return lengths[(unsigned char)low[0]] >> n & 1 ? slot_of(low, n)->is : 0;
}

bool gazetteer_family_like(mm_str w)
{
    static const char *const endings[] = {
        "ski", "ska", "cki", "cka", "wicz", "czyk", "ová", "ova", "ovic", "ević", "ović", "ić", "sson", "sen", "dóttir", "escu", "enko", "chuk",
        "oğlu", "poulos", "idis", "akis", "yan", "ian", "shvili", "dze", "mann", "berger", "bauer", "maier", "meyer", "huber", "inen", "stein",
        "ström", "qvist", "gren", "etti", "elli", "ini", "eira", "ández", "ínez", "érez", "ópez", "uez", "evych", "yuk", "eau", "ault", "feld",
    };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t n = strlen(endings[i]);
        if (w.n > n + 2 && memcmp(w.p + w.n - n, endings[i], n) == 0)
            return true;
    }
    return w.n > 4 && (memcmp(w.p, "Mc", 2) == 0 || memcmp(w.p, "O'", 2) == 0);
}

/* ---- words in a text ---- */

static bool small(char c) { return (unsigned char)c >= 0x80 || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

bool capital_at(mm_str t, size_t i)
{
    if (i >= t.n)
        return false;
    unsigned char c = (unsigned char)t.p[i], d = i + 1 < t.n ? (unsigned char)t.p[i + 1] : 0;
    if (c >= 'A' && c <= 'Z')
        return true;
    switch (c) {
    case 0xc3: return d >= 0x80 && d <= 0x9e && d != 0x97;
    case 0xc4: return d < 0xb8 ? !(d & 1) : d & 1;
    case 0xc5: return d <= 0x88 ? d & 1 : d < 0xb8 ? !(d & 1) : d == 0xb9 || d == 0xbb || d == 0xbd;
    case 0xce: return d >= 0x86 && d <= 0xab && d != 0x90;
    case 0xd0: return d < 0xb0;
    default: return false;
    }
}

/* General punctuation (quotes and dashes) and no-break blanks end words; U+2019 is an apostrophe. */
static bool letter_from(mm_str t, size_t i)
{
    unsigned char c = (unsigned char)t.p[i], d = i + 1 < t.n ? (unsigned char)t.p[i + 1] : 0;
    return small(t.p[i]) && c != 0xc2 && !(c == 0xe2 && d == 0x80) && !(c == 0xe3 && d == 0x80);
}

size_t word_end_at(mm_str t, size_t i)
{
    while (i < t.n) {
        if (letter_from(t, i))
            i++;
        else if ((t.p[i] == '-' || t.p[i] == '\'') && i + 1 < t.n && i > 0 && small(t.p[i - 1]) && letter_from(t, i + 1))
            i++;
        else if (i + 3 < t.n && memcmp(t.p + i, "\xe2\x80\x99", 3) == 0 && letter_from(t, i + 3))
            i += 3;
        else
            break;
    }
    return i;
}

size_t word_start_before(mm_str t, size_t i)
{
    while (i > 0) {
        size_t k = i - 1;
        while (k > 0 && i - k < 4 && ((unsigned char)t.p[k] & 0xc0) == 0x80)
            k--;
        if (letter_from(t, k))
            i = k;
        else if ((t.p[k] == '-' || t.p[k] == '\'') && k > 0 && small(t.p[k - 1]) && k + 1 < t.n && small(t.p[k + 1]))
            i = k;
        else if (memcmp(t.p + k, "\xe2\x80\x99", t.n - k < 3 ? t.n - k : 3) == 0 && t.n - k > 3 && k > 0 && small(t.p[k - 1]))
            i = k;
        else
            break;
    }
    return i;
}
