/* Scripts and languages: sentences written for this test, of the kind people write, without the
 * words of one list alone in mind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lang.h"
#include "text/utf8.h"

static const struct { const char *tag, *text; } said[] = {
    { "en", "Could you tell me when the next train leaves for the city, please?" },
    { "en", "I ordered two shirts last week and only one of them has arrived so far." },
    { "de", "Können Sie mir bitte sagen, wann der nächste Zug in die Stadt fährt?" },
    { "de", "Ich habe letzte Woche zwei Hemden bestellt und bis heute nur eines bekommen." },
    { "fr", "Pouvez-vous me dire à quelle heure part le prochain train pour la ville ?" },
    { "fr", "J'ai commandé deux chemises la semaine dernière et une seule est arrivée." },
    { "es", "¿Me puede decir cuándo sale el próximo tren para la ciudad, por favor?" },
    { "es", "La semana pasada pedí dos camisas y hasta hoy solo ha llegado una." },
    { "it", "Mi può dire quando parte il prossimo treno per la città, per favore?" },
    { "it", "La settimana scorsa ho ordinato due camicie e finora ne è arrivata solo una." },
    { "pt", "Pode dizer-me quando parte o próximo comboio para a cidade, por favor?" },
    { "pt", "Na semana passada encomendei duas camisas e até agora só chegou uma." },
    { "nl", "Kunt u mij zeggen wanneer de volgende trein naar de stad vertrekt?" },
    { "nl", "Vorige week heb ik twee hemden besteld en er is nog maar één aangekomen." },
    { "sv", "Kan du säga mig när nästa tåg går till staden? Jag har bara en väska." },
    { "da", "Kan du sige mig, hvornår det næste tog kører til byen? Jeg har kun en taske." },
    { "nb", "Kan du si meg når neste tog går til byen? Jeg har bare en veske, og noe mat." },
    { "fi", "Voitteko sanoa, milloin seuraava juna lähtee kaupunkiin? Minulla on vain yksi laukku." },
    { "is", "Getur þú sagt mér hvenær næsta lest fer til borgarinnar? Ég er með eina tösku." },
    { "et", "Kas te võiksite mulle öelda, millal läheb järgmine rong linna? Mul on ainult üks kott." },
    { "lv", "Vai jūs varat man pateikt, kad atiet nākamais vilciens uz pilsētu? Man ir tikai viena soma." },
    { "lt", "Gal galite pasakyti, kada išvyksta kitas traukinys į miestą? Aš turiu tik vieną krepšį." },
    { "pl", "Czy może mi pan powiedzieć, kiedy odjeżdża następny pociąg do miasta?" },
    { "cs", "Můžete mi říct, kdy odjíždí další vlak do města? Mám jenom jednu tašku." },
    { "sk", "Môžete mi povedať, kedy odchádza ďalší vlak do mesta? Mám len jednu tašku." },
    { "sl", "Ali mi lahko poveste, kdaj odpelje naslednji vlak v mesto? Imam samo eno torbo." },
    { "hr", "Možete li mi reći kada polazi sljedeći vlak za grad? Imam samo jednu torbu i nije teška." },
    { "hu", "Meg tudná mondani, mikor indul a következő vonat a városba? Csak egy táskám van." },
    { "ro", "Îmi puteți spune când pleacă următorul tren spre oraș? Am doar o geantă și nu este grea." },
    { "sq", "A mund të më thoni se kur niset treni tjetër për në qytet? Kam vetëm një çantë." },
    { "tr", "Şehre giden bir sonraki tren ne zaman kalkıyor? Benim sadece bir çantam var." },
    { "az", "Şəhərə növbəti qatar nə vaxt gedir? Mənim yalnız bir çantam var və o ağır deyil." },
    { "id", "Bisakah Anda memberi tahu saya kapan kereta berikutnya ke kota itu berangkat?" },
    { "vi", "Bạn có thể cho tôi biết khi nào chuyến tàu tiếp theo đi vào thành phố không?" },
    { "tl", "Maaari mo bang sabihin sa akin kung kailan aalis ang susunod na tren papunta sa lungsod?" },
    { "sw", "Tafadhali niambie ni lini treni ya pili itaondoka kwa ajili ya mji huo, na watu wa hapa." },
    { "ca", "Em podeu dir quan surt el proper tren cap a la ciutat? Només tinc una bossa i no és gaire gran, però també un amb els llibres." },
    { "gl", "Pódeme dicir cando sae o próximo tren para a cidade? Non teño máis ca unha bolsa." },
    { "eu", "Esango al didazu noiz irteten den hurrengo trena hirira? Poltsa bat baino ez dut." },
    { "ga", "An bhféadfá a rá liom cathain a fhágann an chéad traein eile agus an bhfuil sé sa stáisiún?" },
    { "cy", "Allwch chi ddweud wrth fi pryd mae y trên nesaf yn mynd i'r ddinas? Dim ond un bag sydd gan fi." },
    { "af", "Kan jy vir my sê wanneer die volgende trein na die stad vertrek? Ek het nie baie tyd nie." },
    { "eo", "Ĉu vi povas diri al mi, kiam la sekva trajno iros al la urbo? Mi havas nur unu sakon." },
    { "mt", "Tista' tgħidli meta titlaq il ferrovija li jmiss għal belt? Għandi biss basket wieħed, u mhux kbir ħafna." },
    { "la", "Gallia est omnis divisa in partes tres, quarum unam incolunt Belgae, sed non omnes qui in ea sunt." },
    { "ru", "Скажите, пожалуйста, когда отходит следующий поезд в город? У меня только одна сумка." },
    { "uk", "Скажіть, будь ласка, коли відходить наступний потяг до міста? У мене тільки одна сумка." },
    { "be", "Скажыце, калі ласка, калі адыходзіць наступны цягнік у горад? У мяне толькі адна сумка." },
    { "bg", "Можете ли да ми кажете кога тръгва следващият влак за града? Имам само една чанта." },
    { "sr", "Можете ли да ми кажете када полази следећи воз за град? Имам само једну торбу." },
    { "mk", "Дали ќе ми кажете кога тргнува следниот воз за градот? Имам само една торба и таа не е тешка." },
    { "kk", "Қалаға келесі пойыз қашан жүретінін айта аласыз ба? Менде бір ғана сөмке бар." },
    { "mn", "Хот руу дараагийн галт тэрэг хэзээ явах вэ? Надад нэг л цүнх байна." },
    { "ar", "هل يمكنك أن تخبرني متى يغادر القطار التالي إلى المدينة؟ عندي حقيبة واحدة." },
    { "fa", "می‌توانید به من بگویید قطار بعدی به شهر کی حرکت می‌کند؟ من فقط یک کیف دارم." },
    { "ur", "کیا آپ مجھے بتا سکتے ہیں کہ شہر کے لیے اگلی ٹرین کب روانہ ہوتی ہے؟" },
    { "hi", "क्या आप मुझे बता सकते हैं कि शहर के लिए अगली ट्रेन कब जाती है?" },
    { "mr", "शहरात जाणारी पुढची गाडी कधी आहे ते तुम्ही मला सांगू शकता का? आणि ती कुठे आहे?" },
    { "ne", "सहर जाने अर्को रेल कहिले छुट्छ भनेर मलाई भन्न सक्नुहुन्छ? मसँग एउटा झोला मात्र छ र त्यो ठूलो छैन।" },
    { "el", "Μπορείτε να μου πείτε πότε φεύγει το επόμενο τρένο για την πόλη;" },
    { "he", "אתה יכול להגיד לי מתי יוצאת הרכבת הבאה לעיר?" },
    { "ja", "次の電車は何時に町へ出発しますか。" },
    { "zh", "请问下一班去城里的火车什么时候开？" },
    { "ko", "다음 기차가 언제 시내로 출발하는지 알려 주시겠어요?" },
    { "th", "รถไฟขบวนถัดไปที่จะเข้าเมืองออกกี่โมง" },
    { "ka", "როდის გადის შემდეგი მატარებელი ქალაქში?" },
    { "hy", "Ե՞րբ է մեկնում հաջորդ գնացքը դեպի քաղաք։" },
    { "bn", "শহরে যাওয়ার পরের ট্রেন কখন ছাড়বে?" },
    { "ta", "நகரத்திற்கு அடுத்த ரயில் எப்போது புறப்படும்?" },
    { "te", "నగరానికి తదుపరి రైలు ఎప్పుడు బయలుదేరుతుంది?" },
    { "gu", "શહેર માટેની આગલી ટ્રેન ક્યારે ઉપડે છે?" },
    { "pa", "ਸ਼ਹਿਰ ਲਈ ਅਗਲੀ ਰੇਲਗੱਡੀ ਕਦੋਂ ਜਾਂਦੀ ਹੈ?" },
    { "am", "ወደ ከተማ የሚሄደው ቀጣዩ ባቡር መቼ ነው?" },
    { "km", "តើរថភ្លើងបន្ទាប់ចេញនៅពេលណា?" },
    { "my", "နောက်ရထား ဘယ်အချိန်ထွက်မလဲ" },
    { "und", "" },
    { "und", "12 345 -- 67,8" },
    { "und", "Xyzzy plugh frobnicate" },
    { "und", "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ" },
};

static lang_guess guess(const lang_model *m, mm_str text)
{
    uint64_t letters[SCRIPTS] = { 0 };
    const unsigned char *p = (const unsigned char *)text.p, *end = p + text.n;
    for (unsigned n; p < end; p += n)
        letters[script_of(mm_utf8_at(p, end, &n))]++;
    letters[SCRIPT_NONE] = 0;
    return lang_of(m, text, script_of_text(letters));
}

static void sentences_in_each_language(void **state)
{
    mm_err e = { 0 };
    lang_model *m = lang_model_new(&e);
    size_t wrong = 0;
    assert_non_null(m);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        lang_guess g = guess(m, mm_str_of(said[i].text));
        if (strcmp(g.tag, said[i].tag) == 0 && (g.score >= 0.5 || !g.score))
            continue;
        print_message("%s, not %s (%.3f): %s\n", said[i].tag, g.tag, g.score, said[i].text);
        wrong++;
    }
    assert_int_equal(wrong, 0);
    lang_model_free(m);
}

static void every_listed_language_is_tested(void **state)
{
    for (size_t i = 0; lang_list[i].tag[0]; i++) {
        size_t k = 0;
        while (k < sizeof said / sizeof *said && strcmp(said[k].tag, lang_list[i].tag))
            k++;
        if (k == sizeof said / sizeof *said)
            fail_msg("no sentence in %s", lang_list[i].tag);
    }
}

/* Capitals are the same words: the lower-casing covers the letters of the lists. */
static void capitals_change_nothing(void **state)
{
    mm_err e = { 0 };
    lang_model *m = lang_model_new(&e);
    assert_string_equal(guess(m, MM_STR("WIR KÖNNEN DAS NICHT MEHR FÜR SIE TUN")).tag, "de");
    assert_string_equal(guess(m, MM_STR("КОГДА ЭТО БЫЛО, Я ЕЩЁ НЕ ЗНАЛ ОБ ЭТОМ")).tag, "ru");
    assert_string_equal(guess(m, MM_STR("ŠIS VĒL ĻOTI LABI, BET MĒS NEVAR")).tag, "lv");
    assert_string_equal(guess(m, MM_STR("CO TO JEST, ŻE ONI SIĘ TAM ZNALEŹLI")).tag, "pl");
    lang_model_free(m);
}

static void scripts_by_code_point(void **state)
{
    static const struct { uint32_t c; script script; } point[] = {
        { 'a', LATN }, { 'Z', LATN }, { '@', SCRIPT_NONE }, { '[', SCRIPT_NONE }, { '`', SCRIPT_NONE }, { '{', SCRIPT_NONE },
        { '7', SCRIPT_NONE }, { 0xd7, SCRIPT_NONE }, { 0xdf, LATN }, { 0xf7, SCRIPT_NONE }, { 0x3b1, GREK }, { 0x416, CYRL },
        { 0x5d0, HEBR }, { 0x627, ARAB }, { 0x60c, SCRIPT_NONE }, { 0x915, DEVA }, { 0x964, SCRIPT_NONE }, { 0xe01, THAI },
        { 0x3042, HIRA }, { 0x30ab, KANA }, { 0x4e00, HANI }, { 0xac00, HANG }, { 0x1e9e, LATN }, { 0x2014, SCRIPT_NONE },
        { 0x1f600, SCRIPT_NONE }, { 0x20000, HANI }, { 0x10ffff, SCRIPT_NONE }, { 0xfffd, SCRIPT_NONE },
    };
    for (size_t i = 0; i < sizeof point / sizeof *point; i++)
        if (script_of(point[i].c) != point[i].script)
            fail_msg("U+%04X is %s", point[i].c, script_name(script_of(point[i].c)));
}

static void broken_utf8_is_one_replacement_a_byte(void **state)
{
    static const struct { const char *bytes; uint32_t c; unsigned n; } seen[] = {
        { "\xc3\xa9", 0xe9, 2 }, { "\xe2\x82\xac", 0x20ac, 3 }, { "\xf0\x9f\x98\x80", 0x1f600, 4 }, { "\xc0\x80", 0xfffd, 1 },
        { "\xed\xa0\x80", 0xfffd, 1 }, { "\xf4\x90\x80\x80", 0xfffd, 1 }, { "\xe2\x82", 0xfffd, 1 }, { "\x80", 0xfffd, 1 },
        { "\xe0\x80\x80", 0xfffd, 1 }, { "\xff", 0xfffd, 1 },
    };
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
        const unsigned char *p = (const unsigned char *)seen[i].bytes;
        unsigned n = 0;
        assert_int_equal(mm_utf8_at(p, p + strlen(seen[i].bytes), &n), seen[i].c);
        assert_int_equal(n, seen[i].n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_in_each_language),
        cmocka_unit_test(every_listed_language_is_tested),
        cmocka_unit_test(capitals_change_nothing),
        cmocka_unit_test(scripts_by_code_point),
        cmocka_unit_test(broken_utf8_is_one_replacement_a_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
