/* lang_words.c - function words and alphabets, put down by hand for this program from what any
 * grammar of the language lists: articles, pronouns, prepositions, conjunctions, forms of to be and to
 * have. Lists are kept to what is frequent in running text. */
#include "lang.h"

const lang_words lang_list[] = {
    { "af", LATN, "êëéèôûïá",
      "die van en is in het nie wat dat vir met op te sy hy ek jy om aan was hulle ons maar word by ook se sal kan nog haar "
      "hom deur uit as moet hierdie daar baie meer al na oor wees nou toe sê jou julle gaan kom geen ander waar omdat" },
    { "az", LATN, "əçğıöşü",
      "və bir bu ilə üçün də da ki olan çox daha onun kimi sonra nə var deyil hər olaraq mən sən biz amma isə olduğu "
      "bütün lakin haqqında qədər edir olur ən yalnız bizim onlar" },
    { "ca", LATN, "àçèéíïòóúü·",
      "de la i que el en a els les per una del un amb no és al es ha com més són van o també pel seva aquest va dels però "
      "seu entre quan aquesta fins molt hi així perquè tot sense ser tots jo què meva nosaltres gràcies on havia estat" },
    { "cs", LATN, "áčďéěíňóřšťúůýž",
      "a se v na je že to s z do i o jako ale za by si jsem ve tak po jeho od který pro při jsou nebo aby byl jen také které "
      "ze už bylo byla však co mezi když podle více až která být není může protože jsme tento této jejich ještě kde velmi "
      "byly bude jsi mi mě nás" },
    { "cy", LATN, "âêîôûŵŷáéëïöẁ",
      "y yn i a o ar yr ei mae am wedi gan oedd fod bod hyn sydd eu ond at hwn neu ac nid wrth fel dim mwy hefyd ni chi fi "
      "roedd beth pan rhai gyda iawn cael gwneud dros cyn mewn" },
    { "da", LATN, "æøåé",
      "og i at det er en til af på for med den de som ikke der et har var fra han jeg vi men om kan så sig ved også skal vil "
      "eller efter over hun havde blev være op ud hvad hvor når nu mig dig noget nogle blive meget kun alle mod uden deres "
      "denne dette dem ham os kunne bliver bare selv mellem sådan sammen hvis mit min" },
    { "de", LATN, "äöüß",
      "der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie "
      "nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man "
      "sein wurde sei wenn ich wir ihr ihre uns kann schon diese dieser ihm mir doch sehr was wo hier wieder gegen vom kein "
      "keine muss soll du mein mich bitte weil" },
    { "en", LATN, "",
      "the of and to in is that it was for on with as at by this be are from have not but they you his her she which or had "
      "their one all there been would when who will more if no out so what up about into than them can only other some could "
      "these its may then do any my now your we an has were he i me our how because should where very after before please" },
    { "eo", LATN, "ĉĝĥĵŝŭ",
      "la de kaj en al estas por ne mi ke li kun estis sed pli oni vi ĝi ili ŝi kiu tiu kiel pri tiel ankaŭ aŭ nur post tre "
      "sur ĉe ĉiuj tio ĉi povas iu la mia via ni estos tiuj" },
    { "es", LATN, "áéíñóúü",
      "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este "
      "ya entre cuando todo esta ser son dos también fue había era muy hasta desde está mi porque qué sólo han yo hay "
      "puede todos así nos ni tiene él uno donde bien estos mucho nosotros usted ahora hace eso" },
    { "et", LATN, "äõöüšž",
      "ja on ei et see ta oli kui aga ning mis ka seda oma ma kes või sa siis nii välja selle olid tema veel pole nad mida ole "
      "juba me võib üks kus siin meie kõik ainult pärast nende olnud vaid mu saab tuleb enne üle väga kuid sest" },
    { "eu", LATN, "ñü",
      "eta da ez bat du ere dira zuen dute zen izan baina edo egin hau bere hori baino beste ditu gehiago egiten dut den "
      "behar oso zer nola ni gu haiek dela dago duten zuten arte guztiak egun" },
    { "fi", LATN, "äöå",
      "ja on ei se että hän oli joka mutta ovat kun niin kuin myös tai ole olla mitä jos vain nyt sen sitä sekä vielä tämä minä "
      "sinä me he ne hänen minun jo siitä siellä ollut voi mukaan kanssa ennen jälkeen kaikki koska mikä miten tässä tämän "
      "näin jotka sillä olen olisi hyvin hyvää kiitos" },
    { "fr", LATN, "àâæçéèêëîïôœùûüÿ",
      "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec mais comme ou si "
      "leur y elle nous on vous son été aux cette ses tout même ces fait était aussi être deux je bien où sans peut lui entre "
      "après très donc encore moi avait mon ma mes votre notre ont quand parce cela ils elles avant" },
    { "ga", LATN, "áéíóú",
      "an na agus ar i is go a do ag le bhí ní sé tá sin é ach leis mar sí bhfuil gur seo as siad chun nuair féin mé freisin "
      "eile raibh agam sa den idir ina acu atá" },
    { "gl", LATN, "áéíñóúü",
      "de a o e que do da en os no na as un unha para por con dos non é se ao como máis das pero foi súa seu tamén polo pola "
      "ou moi sobre entre ata xa onde está son ser hai eu nós cando sen isto esta ten despois" },
    { "hr", LATN, "čćđšž",
      "i je u se na da za su od s ne koji sa što kao ali o to iz bi do ili nije samo bio ako još po sve kako tako koja će te "
      "već biti bila može ovo nakon prije sam si gdje zbog jer koje više bilo vrlo smo mi vi oni nego ima kada" },
    { "hu", LATN, "áéíóöőúüű",
      "a az és hogy nem is egy ez de meg volt azt csak el mint már van még ha vagy ki fel amely lesz minden aki le mert majd "
      "nagyon pedig itt ezt szerint sem után akkor között kell lehet olyan ő én te nekem vannak amikor lett ami által ennek "
      "kérem köszönöm ma" },
    { "id", LATN, "",
      "yang dan di itu dengan untuk dari dalam ini tidak pada adalah akan juga ke oleh karena bisa atau sudah saya telah "
      "mereka ada dapat kami kita seperti lebih bahwa hanya saat tersebut anda dia ia sangat bukan para banyak harus setelah "
      "namun sebelum ketika kepada" },
    { "is", LATN, "áðéíóúýþæö",
      "og að í er á það sem var við til um en af ekki með fyrir hann eru þau ég hún þeir sér frá hafa upp verið ef út þar þetta "
      "sig eftir hefur þegar yfir úr bara hans mér því voru vera þú mjög eða vegna allt" },
    { "it", LATN, "àèéìíîòóùú",
      "di che e la il un a per in una è non del si i da le con al lo come più sono della ma dei gli ha nel alla anche ci se su "
      "questo delle o era mi suo dal essere stato quando perché ancora molto loro tutto così dopo solo fra ogni fatto già "
      "hanno questa io sua nella dove prima sul degli noi voi abbiamo" },
    { "la", LATN, "",
      "et in est non ad ut cum quod qui sed ex de si quae per esse atque ab nec ac aut enim sunt eius hoc quam etiam sic "
      "autem nunc quid inter fuit omnes neque tamen ipse" },
    { "lt", LATN, "ąčęėįšųūž",
      "ir kad į yra iš su tai bet o kaip ar jis buvo tik nuo ne dar aš apie per už tas po jo jie ji jau mes kas prie savo labai "
      "gali taip pat bus šis arba jų kur iki nėra tačiau mano kai todėl prieš" },
    { "lv", LATN, "āčēģīķļņšūž",
      "un ir ar no par uz ka kas to es tas nav bet kā vai viņš ja lai pie tikai bija pēc arī ko tā tad viņa jau būs mēs tie šis "
      "vēl ļoti kur kad līdz savu tiek starp gan var nevar viņi pat šo mums pirms jo" },
    { "mt", LATN, "ċġħżàèìòù",
      "u ta li il tal fil ma dan hu hija għal kien biex minn jew wara kif aktar għandu din huma fuq dwar kienet tagħha mill "
      "f'dan bħal meta mhux ukoll" },
    { "nb", LATN, "æøåéòô",
      "og i at det er en til av på for med den de som ikke et har var fra han jeg vi men om kan så seg ved også skal vil eller "
      "etter over hun hadde ble være opp ut hva hvor når nå meg deg noe noen bli mye bare alle mot uten deres denne dette "
      "dem oss kunne blir mellom slik gjennom selv hvis ham min mitt" },
    { "nl", LATN, "ëïéèöü",
      "de het een van en in is dat op te met voor die niet zijn aan er ook als bij maar om uit door over hij wordt nog naar ze "
      "wat hebben werd heeft tot worden meer dan was waren geen wel deze dit ik je zij kan zou zo alle onder na al of heb "
      "mijn hun haar hem ons moet veel wij jij niets iets waar hoe omdat" },
    { "pl", LATN, "ąćęłńóśźż",
      "i w na z się nie do jest że to o jak ale po co tak za od jego przez jako dla czy był ich była tym go może tylko już są "
      "przy oraz być jej było który które która jeszcze bardzo pod mnie mi ma bo gdy także więc gdzie ten ta przed nim wszystko "
      "będzie między ja ty proszę" },
    { "pt", LATN, "àáâãçéêíóôõú",
      "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu sua ou quando muito nos "
      "já eu também só pelo pela até isso ela entre depois sem mesmo aos seus quem nas me esse eles você foi são está tem ser "
      "há meu minha onde porque ainda" },
    { "ro", LATN, "ăâîșțşţ",
      "și şi de la în a cu pe nu că o este un din mai care pentru să se au ce sunt ca fi prin sau lui ar dar după fost fără "
      "această acest când am îi al ale dacă foarte cele fiind unde doar cum despre noi ei ea lor mi îmi" },
    { "sk", LATN, "áäčďéíĺľňóôŕšťúýž",
      "a sa v na je že to s z do aj o ako ale za by si som vo tak po jeho od ktorý pre pri sú alebo aby bol len tiež ktoré zo už "
      "bolo bola však čo medzi keď podľa viac až ktorá byť nie môže pretože sme tento tejto ich ešte kde veľmi boli bude ma "
      "nás" },
    { "sl", LATN, "čšž",
      "in je na se v da so za ki z pa ne tudi bi s po kot ali o pri od si kar več do še lahko sem bil le bila biti kako zelo "
      "bilo ter samo med zaradi če jih kjer potem bodo ima vse smo ni kaj ko zato" },
    { "sq", LATN, "ëç",
      "e të në një për me nuk që dhe si ka është nga më do tij ishte por kjo ky ata janë kur se saj u i mund duhet shumë pas "
      "pa kanë ai ajo edhe deri këtë ndërsa unë jemi tyre ose" },
    { "sv", LATN, "åäöé",
      "och att det i en som är av för på med den till inte om har de ett han men var jag från så vi kan när hade sig ut över vid "
      "nu också eller sin efter upp mycket än där varit alla skulle hon man vara mot utan vad hur denna detta oss mig dig "
      "andra bara några blir mer finns min mitt" },
    { "sw", LATN, "",
      "na ya wa kwa ni katika la kuwa hii cha za yake hiyo kama lakini kutoka hilo watu au sana pia hayo mimi wewe yeye sisi "
      "baada kabla wao yao alikuwa huo kila hizo vya huu moja" },
    { "tl", LATN, "ñ",
      "ang ng sa na mga ay at ito ni si hindi siya para ako kung may nang niya ko mo pa lang kanyang kami ka dahil namin din "
      "iyon nila kaya isang noong mula upang ngunit natin" },
    { "tr", LATN, "çğıöşüâî",
      "ve bir bu da de için ile çok daha olarak gibi olan ne ama en kadar sonra o var ben mi onun değil her olduğunu ya diye "
      "olduğu şey sen ki yok bana ise veya bunu önce şimdi nasıl bütün içinde tarafından ancak oldu biz bizim onlar" },
    { "vi", LATN, "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
      "và của là có trong được cho không các một người với những đã này khi để đến về như ra từ cũng nhiều tôi đó vào phải rất "
      "còn sẽ bị hơn làm thì ông nhưng năm đang lại chúng bạn hay nếu trên" },

    { "be", CYRL, "ёіўыэьйюя",
      "і ў не на што я з як гэта а да ён ад за але па яна для мы вы яны яшчэ было або калі быў была які якія таксама пры толькі "
      "вельмі можа каб дзе іх мне мяне яго" },
    { "bg", CYRL, "ъьщйюя",
      "и на да се в е за от не с че по са ще като си но това той ги или тя ние аз вие те беше има също само много може към при "
      "след до ако защото както който която което без преди още вече съм кога къде ли ми ти един една имам тази" },
    { "kk", CYRL, "әғқңөұүһіыэъьщйюя",
      "және бұл мен үшін да де бір деп болып емес ол еді бар осы жоқ сол оның өз қазақ кейін болды туралы арқылы өте олар біз "
      "керек" },
    { "mk", CYRL, "ѓѕјљњќџ",
      "и на да се во е за од не со дека по ќе како си но тоа тој ги или таа ние јас вие тие беше има исто само многу може кон "
      "при до ако бидејќи што кој која кое без пред уште веќе сум биле кога каде ли ми ти еден една има имам овој оваа дали сите кај зошто би" },
    { "mn", CYRL, "өүёыэъьйюя",
      "нь юм байна энэ бол гэж байсан тэр би биш бас хийх болон мөн улсын дээр байгаа бөгөөд бид маш" },
    { "ru", CYRL, "ёыэъьщйюя",
      "и в не на я что он с как это а по но она к из у за от же так все бы то было его о только вы мы они ещё еще для до или мне "
      "был уже при если когда была есть даже чтобы их может очень быть который которые нет этого также где меня" },
    { "sr", CYRL, "ђјљњћџ",
      "и је у се на да за су од са не који што као али о то из би до или није само био ако још по све како тако која ће већ бити "
      "била може ово након пре сам где због јер које више било врло ли ми ти када један једна једну имам" },
    { "uk", CYRL, "єіїґьщйюя",
      "і в не на що я з як це а до він та у за від але про так його вона для по ми ви вони ще було або коли бути є був була які "
      "який цього також при лише дуже може під щоб якщо де їх мене" },

    { "ar", ARAB, "ةيكأإآىؤئ",
      "في من على إلى أن التي الذي هذا هذه كان عن مع ما لا كل بعد هو هي قد لم أو ذلك بين كما كانت أنه حيث غير عند ثم إن لقد تم "
      "أنا نحن هل" },
    { "fa", ARAB, "پچژگکیآئ",
      "و در به از که این را با است برای آن یک خود تا بر هم شد شده بود می هر نیز دارد ما من او شما اما یا باید کرد کند های "
      "همه ولی" },
    { "ur", ARAB, "پچژگکیآئٹڈڑںےہھۓ",
      "کے کی میں ہے اور سے کا کو اس نے ہیں پر یہ کہ بھی ایک تھا تھے ہو گیا نہیں وہ تھی کر لیے جو اپنے ہم ان" },

    { "hi", DEVA, "",
      "के में है की से और का को पर यह ने एक हैं कि भी लिए नहीं इस था कर जो हो गया तो अपने या वह थे साथ बाद ही थी कुछ मैं हम" },
    { "mr", DEVA, "ळ",
      "आहे आणि या व ते हे की होते मध्ये त्या असे तर एक केले होती नाही तो ही आहेत होता करून त्यांनी म्हणून पण मी त्याच्या साठी" },
    { "ne", DEVA, "",
      "छ र को मा यो पनि हो लागि भएको गर्न थियो छन् एक गरेको उनले भने तथा हुन्छ गरे नेपाल तर म हामी छैन गर्छ" },

    { "", SCRIPT_NONE, "", "" },
};
