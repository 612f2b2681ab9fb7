//! What tells languages of one script apart at a glance: their most frequent function words, and the letters they add
//! to their script's common ones.
//!
//! The words are the articles, pronouns, prepositions, conjunctions and auxiliaries that fill a third of any running
//! text. A language stands here also when it cannot be told safely by these alone, so that a near relative
//! does not win for want of a rival (Galician against Portuguese, Malay against Indonesian, Bosnian against Croatian).
//! To add a language, add a line: twenty of its commonest words, and the letters that its neighbours lack.

use crate::engine::text::Script;

/// One language.
#[derive(Debug)]
pub(super) struct Profile {
    /// BCP 47.
    pub(super) code: &'static str,
    /// The script it is written in.
    pub(super) script: Script,
    /// Its letters, in lower case, beyond a–z (Latin), а–я (Cyrillic), and those that the script's languages share
    /// (Arabic, Devanagari, Hebrew, Ethiopic).
    pub(super) letters: &'static str,
    /// Letters of that base which it does not use.
    pub(super) lacks: &'static str,
    /// Its commonest function words, in lower case, apart by spaces, the commonest first.
    pub(super) words: &'static str,
}

impl Profile {
    /// Nats that a language starts behind: text in it is rare, and a large relative shares most of its words.
    pub(super) fn handicap(&self) -> f64 {
        const RARE: &[&str] =
            &["ast", "ba", "bho", "br", "cv", "fo", "fy", "gd", "ia", "io", "la", "lb", "mi", "oc", "os", "sa", "udm"];
        if RARE.contains(&self.code) { 2.5 } else { 0.0 }
    }

    /// Share of the words (of two letters and more) with a letter beyond the script's base or in place of one, for
    /// languages in which it is a fifth or more, counted in translations of one text.
    pub(super) fn accented(&self) -> f64 {
        const SHARES: &[(&str, f64)] = &[
            ("vi", 0.85),
            ("yo", 0.8),
            ("az", 0.7),
            ("kk", 0.65),
            ("cs", 0.6),
            ("os", 0.6),
            ("lv", 0.6),
            ("sk", 0.6),
            ("hu", 0.55),
            ("dsb", 0.5),
            ("is", 0.5),
            ("sq", 0.5),
            ("tk", 0.45),
            ("tt", 0.45),
            ("ba", 0.5),
            ("hsb", 0.45),
            ("lt", 0.45),
            ("tr", 0.4),
            ("pl", 0.4),
            ("cv", 0.4),
            ("fo", 0.4),
            ("ro", 0.35),
            ("mt", 0.35),
            ("mn", 0.3),
            ("sv", 0.3),
            ("uk", 0.3),
            ("tg", 0.3),
            ("be", 0.3),
            ("ga", 0.3),
            ("ig", 0.25),
            ("et", 0.25),
            ("fi", 0.2),
        ];
        SHARES.iter().find(|(code, _)| *code == self.code).map_or(0.0, |&(_, share)| share)
    }
}

const fn latin(code: &'static str, letters: &'static str, words: &'static str) -> Profile {
    Profile { code, script: Script::LATIN, letters, lacks: "", words }
}

const fn cyrillic(code: &'static str, letters: &'static str, lacks: &'static str, words: &'static str) -> Profile {
    Profile { code, script: Script::CYRILLIC, letters, lacks, words }
}

const fn arabic(code: &'static str, letters: &'static str, lacks: &'static str, words: &'static str) -> Profile {
    Profile { code, script: Script::ARABIC, letters, lacks, words }
}

const fn devanagari(code: &'static str, letters: &'static str, words: &'static str) -> Profile {
    Profile { code, script: Script::DEVANAGARI, letters, lacks: "", words }
}

const fn ethiopic(code: &'static str, letters: &'static str, words: &'static str) -> Profile {
    Profile { code, script: Script::ETHIOPIC, letters, lacks: "", words }
}

const fn hebrew(code: &'static str, letters: &'static str, words: &'static str) -> Profile {
    Profile { code, script: Script::HEBREW, letters, lacks: "", words }
}

/// All profiles, by script, relatives together.
#[rustfmt::skip]
pub(super) static PROFILES: &[Profile] = &[
    // Germanic; Norwegian twice, as Bokmål and as Nynorsk
    latin("en", "é", "the of and to a in is that for it as was with be by on not he his are this at from or have an they which you were her all their has would we if been who will no there can when more about into than its only some could these them other may your how what do must should she i my our any such also but every one where"),
    latin("de", "äöüßé", "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei kann ihre dieser diese wenn unter ich wir keine jeder alle muss bitte vom"),
    latin("nl", "éëïóèáüö", "de het een van en in is dat op te zijn voor met die niet aan er om ook als dan maar bij nog uit door over naar heeft worden wordt hij ze tot wat deze dit kan geen hun ik je of moet zich werd mijn haar was zal u onder ieder zonder"),
    latin("af", "êëéôïûóáèî", "die van en in het is nie wat vir te met op sy dit aan as by hy om ook was een word ek deur hulle daar uit maar n na kan sal of moet hierdie haar jy tot elke geen enige ons wees oor hul nie moenie"),
    latin("fy", "âêôûúéëï", "de fan en it in is yn dat op te foar mei net ta oan as hy wie ek mar by om dy syn fanút troch nei wurdt hawwe se kin har of wy jo oer ûnder elk gjin dizze al"),
    latin("lb", "äëéöüèêî", "de d an den vun ass eng an net a mat op fir dat der och si ze um vum sech huet wéi bei gëtt iwwer méi oder mir sinn no zu esou ginn een et all dem wann nëmmen well duerch kann hunn aus säin keng muss dës"),
    latin("da", "æøåé", "og i at det er en til af på for med den der ikke de som et har var fra han vi sig kan om men også ved eller efter skal være hvor ud over blev bliver alle sin hun jeg hans dette man når denne deres enhver uden under noget vil ny nye"),
    latin("no", "æøåéóòôâê", "og i det er på en til som for av at med de ikke den har et om var fra han vi jeg kan skal men seg også ved eller etter være blir ble da så over ut alle sin hun må når dette enhver uten under noe mot denne deres hvor eller vil man ny nye"),
    latin("no", "æøåéóòôâê", "og i det er på ein til som for av at med dei ikkje den har eit om var frå han vi eg kan skal men seg også ved eller etter vera vere vert blir blei då så over ut alle sin ho må når dette kvar utan under noko mot denne deira kor anna berre ny nye"),
    latin("sv", "åäöéà", "och i att det som en på är av för med till den har de inte om ett han men var sig från vi så kan när nu efter ska upp vid man eller ut är hade skall jag också mot alla vara hon där under utan varje denna hans blev måste detta dess någon inom genom över endast bli ny nya"),
    latin("is", "áðéíóúýþæö", "og í að á er sem til við um með en því fyrir ekki það af hann frá var eru hafa þess eða þar ég verið hefur eftir upp þeir hún vera svo þetta þegar allir sé sínu þá skal eigi hver sín honum úr þeim án skulu má"),
    latin("fo", "áðíóúýæø", "og í at á er sum til við um í av ikki tað fyri hann frá var eru hava ella tey hevur eftir vera so hetta tá skal hvør sín sær úr teimum uttan verða kann men hon vit teir øll ein allir onnur skulu"),
    // Romance
    latin("fr", "àâçèéêëîïôùûüÿœæ", "de la le et les des en un une du dans est que qui pour par il a au sur ce pas plus ne se sont avec son aux sa ou cette être ont été mais ses comme nous vous je elle leur tout on d l qu n s c à y fait si deux même ces toute doit sans sous peut ils dont était votre vos"),
    latin("es", "áéíñóúü", "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque qué sólo han yo hay vez puede todos así nos toda ni ese eso tiene persona derecho cada debe"),
    latin("pt", "ãáâàçéêíóôõúü", "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos seus quem nas me esse eles você este são toda todo deve qualquer às pode num lhe"),
    latin("gl", "áéíñóúïü", "de a o que e do da en un para é con non unha os no se na por máis as dos como pero foi ao el das ten á seu súa ou ser cando moi hai nos xa está eu tamén só polo pola ata iso ela entre era despois sen mesmo aos seus quen nas lle este son toda todo debe calquera ás pode nun dunha nunha teñen deste outro"),
    latin("ast", "áéíñóúüḥ", "de la que el en y a los se del les un por con nun una so pa ye al lo como más o pero sos ha si ensin sobre esti yá ente cuando tou esta ser son tamién foi yera mui hasta dende ta nel na nes pola polos toa tolos xente persona puen tien nun esto"),
    latin("ca", "àçèéíïòóúü·", "de la i el que a en un per els es amb les una al del no és com més o dels seu ha seva se ser si també però són sobre tot fins des entre quan hi ho va està aquest aquesta l d s pel pels dret persona tota tots sense seus molt pot han qui cada cal on dins sota ni"),
    latin("oc", "àáçèéíïòóúü", "de la e lo que en los per un una las es a dins amb del se son al dels pas sus coma mai o mas tot d l qu s aquel aquesta entre an foguèt èra tanben fins plan cada òme persona drech sens cap"),
    latin("it", "àèéìíòóùú", "di e il la che in un a per è una del della non con i le si da al dei nel come più o anche ma gli sono delle alla ha dal su lo se nella l d degli questo essere suo sua ogni dalla ed c stato tra alle era fra cui ad sul tutti deve diritto dell all nell dello può senza chi hanno sia loro questa qualsiasi"),
    latin("ro", "ăâîșțşţ", "de și în la a cu pe nu o din că este un să care mai pentru se au sunt al ce ca prin după ale dar fi lui sau a-l unei unui cel sa fost dintre ori cea îi lor ei el aceste acest această orice toate fără între fie poate trebuie i dreptul îl ai dacă asupra l cât"),
    latin("la", "āēīōūæœ", "et in est non ad ut cum sed quae qui quod a ab de ex si aut nec atque per etiam sunt esse hoc eius ac quam ne omnes omnia vel pro autem enim suum sua sui quis nam tamen ius habet neque quisque homo homines sine inter cuius ea id haec eorum sit"),
    latin("ia", "", "le de e que in un es a pro non per con su como del al o ma se iste esser illo ha omne on qui lo sin esse isto plus quando etiam inter cata persona derecto le ille lor si illos debe pote vostre tu"),
    latin("io", "", "la di e en esas ke a ne por kun ad qua de o on lu sua ma olu per da ol li ed nur omna singla yuro quale ca ta ico vu me havas plu pos ula sen il esar esis esez vua"),
    latin("eo", "ĉĝĥĵŝŭ", "la de kaj en estas al ne ke por kun li estis pri kiu el ĝi per oni sed sur kiel aŭ ili mi tiu ĉi da sen dum ĉiu ankaŭ ĝis tio rajtas rajto devas havas ŝi kiuj nur pli post esti kio vi ĉiuj sia sian nenia via"),
    latin("mt", "ċġħżàèìòù", "il ta li u tal fil ma l għandu biex jew dan minn hu b huwa din lil fi kull t d bil dwar hi mhux kif bħala s għal aktar kien hija tiegħu mill wara jista dritt jkun lill kollha n r persuna ebda bla"),
    // Slavic and Baltic in Latin letters
    latin("pl", "ąćęłńóśźż", "w i na z do się nie to że jest o jak po od za przez a dla co ale tym oraz ma są czy tak jego był który która które lub być przy jako ich tego może ze już pod też było nad bez tylko każdy jej aby jednak gdy prawo ku mnie on ta musi został proszę podaj"),
    latin("cs", "áčďéěíňóřšťúůýž", "a v se na je že o s do i z to za k jako by pro ve ale po být jsou jeho si tak co které který která jsem u od nebo bylo při má není podle než až než jen však ze také již byl před své musí každý nad jejich aby bez právo mezi může nesmí když bude prosím tento toto této ke"),
    latin("sk", "áäčďéíĺľňóôŕšťúýž", "a v sa na je že o s do i z to za k ako by pre vo ale po byť sú jeho si tak čo ktoré ktorý ktorá som u od alebo bolo pri má nie podľa než až len však zo tiež už bol pred svoje musí každý nad ich aby bez právo medzi môže nesmie keď bude prosím tento toto tejto ku"),
    latin("sl", "čšžćđ", "in je v na se da za so ki z s pa ne o po kot tudi bi iz ali do pri si ga od k ni bil njegove bilo med lahko samo zaradi ima kako če le ta to vsak pred njegova vse ker pravico biti kdo nihče svojega sme bo brez mora svoje morajo prosimo ob ter imajo"),
    latin("hr", "čćđšž", "i u je na se da za su o s od a ne koji iz kao to po ili što do ali biti bi njegove sve koja koje pri nije ima samo svoje tko nitko kako uz te kojima ga svatko pravo bez bude može mora smije treba ovaj ova bilo prema mu će vrijeme molimo svog gdje uvjet"),
    latin("bs", "čćđšž", "i u je na se da za su o s od a ne koji iz kao to po ili što do ali biti bi njegove sve koja koje pri nije ima samo svoje ko niko kako uz te kojima ga svako pravo bez bude može mora smije treba ovaj ova bilo prema mu će vrijeme molimo svog gdje"),
    latin("sr", "čćđšž", "i u je na se da za su o s od a ne koji iz kao to po ili što do ali biti bi njegove sve koja koje pri nije ima samo svoje ko niko kako uz te kojima ga svako pravo bez bude može mora sme treba ovaj ova bilo prema mu će vreme"),
    latin("hsb", "ćčěłńóřšžź", "a w na z so je do za wo ze po jako su kotryž ma abo tež pak kiž k při hdyž wšitcy swoje swojich hižo hač jeho ale njeje být kóždy prawo móže dyrbi přez mjez nihdy waše"),
    latin("dsb", "ćčěłńŕśšžź", "a w na z se jo do za wó ze po ako su kótaryž ma abo teke pak kenž k pśi gaž wšykne swóje južo až jogo ale njejo byś kuždy pšawo móžo musy pśez mjazy pśed waše"),
    latin("lt", "ąčęėįšųūž", "ir į kad iš su yra ar ne tai į kaip o jo be prie už ji jis per jų po visi nuo buvo bet turi savo bei dėl kuris teisę arba kurie tik turėti gali būti tarp kitų šį žmogus laisvę kiekvienas niekas ši šis to šios taip pagal jei nėra teisė buvo negali šiame"),
    latin("lv", "āčēģīķļņōŗšūž", "un ir uz ar no ka par to vai tas viņa tiesības kas kā arī pie bet nav pēc katram ikvienam būt tikt var kuru līdz nevar bija lai savu savas šo nekā vai cilvēka bez ne tā šis kādu starp visām jābūt visu jo kad jūs lūdzu netiek"),
    latin("et", "äõöüšž", "ja on ei et ka see kui oma või mis tema aga siis kes ning ta oli seda nii pole peab iga üle mida veel õigus selle inimene tuleb vastu poolt kõik ole kas nende samuti millega ilma ainult mitte kellegi igal inimesel olema tohi võib antud selles kuni pärast palun sest"),
    latin("sq", "ëç", "e të në dhe që i për me një nga është se u ka nuk në si do ose të dhe më por kjo ky janë duke tij ai kanë prej ndaj ishte çdo gjithë drejtë drejta mund saj pa duhet kur para vetëm asnjë askush tek vet tyre ku asaj kësaj kështu ta"),
    // Uralic, Turkic, Basque
    latin("fi", "äöåšž", "ja on ei se että oli hän joka mutta myös ovat kun sen tai kuin niin olla mitä sekä jos voi hänen vain ole tämä jonka siitä nyt ollut jokaisella oikeus kaikki ilman tulee mukaan sitä vielä joita heidän jotka itse eli ettei tämän hänellä älä kuten jokin"),
    latin("hu", "áéíóöőúüű", "a az és hogy nem is egy van ez ha meg el de csak vagy már azt volt mint ki még amely minden személynek joga kell sem be fel azok szerint után nincs lehet pedig való senki ezt ennek olyan mert akkor valamint arra által nélkül között joguk jog kérjük érvényes"),
    latin("tr", "âçğıîöşüû", "ve bir bu da de için ile olarak olan daha çok ne her gibi en kadar sonra ya var değil veya ki hakkı hakkına herkes ancak onun ise hiç hiçbir olduğu edilen tarafından göre sahiptir kendi bütün şahsın diğer tüm oldu mi bunu üzere herkesin lütfen olmalıdır yok içinde haiz"),
    latin("az", "çəğıöşü", "və bir bu da də üçün ilə olan olaraq daha ki hər kimi o sonra öz hüququ hüququna malikdir hüququ vardır və ya heç edilməlidir onun var qədər insan olmaq azad tərəfindən edilə bilməz olmalıdır bütün digər əgər şəxsin bunun çox olmalı"),
    latin("uz", "ʻʼ", "va bir bu uchun bilan har ega ham esa yoki bo lgan lishi huquqiga huquq inson kerak o z ning ga da emas bo lib qilish mumkin uning hech erkin lozim bunday tomonidan barcha kishi boshqa orqali haqida kim yo q"),
    latin("tk", "äçňöşüýž", "we bir bu bilen üçin her hem ýa da bolan hukugy hukugyna edip adam bolup haklydyr öz ol onuň däl hiç bolmaly edilmeli ýaly boýunça degişli şeýle azat beýleki ähli ýok bolmagy eden hakly mümkin hukuga"),
    latin("eu", "ñü", "eta da ez du bat dira edo izan den dute ere beste baina egin hori bere behar gabe ditu duen gizon izateko dituzte eskubidea izango baino aurka gizaki dadin horiek edozein hau guztiek zuen hauek nahiz arteko egiteko dela zein dagoen izena"),
    // Celtic
    latin("ga", "áéíóú", "an na agus ar le is a ag go do i sé bhí ní chun leis atá de nó aige ach sin as faoi gach tá mar cearta duine ceart chuige aon bith dó ina sa tar den don idir bheith dá nach úsáid bheidh níl chuid"),
    latin("gd", "àèìòùáéó", "an na agus air le is a tha do gu ann aig ri e bha cha gus nan de no aige ach sin às fo gach mar còir neach chòraichean chan eil sam bith dha aon anns tron eadar bhith ur eile seo nach bidh"),
    latin("cy", "âêîôûŵŷáéëïöẁ", "y yr a yn o i ar ac am mae ei gan wedi un bod eu ond hawl nid neu fel at oedd wrth na rhag hyn gael pawb sydd rhyddid unrhyw dros heb fod er n r ddim yw hwn hon mewn bydd gyda rhaid rhwng drwy"),
    latin("br", "âêñùüôé", "ar ha e an eus ur da er eo en a war evit ez gant ne o he pe all gwir bez deus d un hag dre pep den dezhañ vez get ket int kement droad met hep zo vo eur holl peb kaout al c h evel mar"),
    // Asia and the Pacific
    latin("id", "", "yang dan di dengan untuk dari ini dalam pada tidak adalah itu atau akan oleh ke juga karena orang sebagai berhak setiap telah dapat seseorang bahwa ia mereka hak lain kita saya bisa anda tersebut harus hanya lebih tak secara bagi seperti ada jika serta sudah tanpa tentang para antara bukan silakan masukkan bisa jadi saat belum mau kalau namun pun tahun masih hingga setelah bahwa begitu yakni mulai sehingga banyak sangat sementara beberapa ketika dia hari selain terhadap sebuah"),
    latin("ms", "", "yang dan di dengan untuk dari ini dalam pada tidak adalah itu atau akan oleh ke juga kerana orang sebagai berhak setiap telah boleh seseorang bahawa ia mereka hak lain kita saya anda tersebut hendaklah hanya lebih tidak secara bagi seperti ada jika serta sudah tanpa tentang para antara bukan sila perlu daripada ialah beliau manakala turut pihak semasa sehingga mengikut sekiranya adalah bagaimanapun awak masih hingga selepas dia banyak beberapa ketika terhadap sebuah"),
    latin("jv", "éèê", "lan ing sing kanggo ora iku utawa karo saka ana kang uga dadi saben nduweni hak wong iki dening marang ingkang apa kabeh bisa wis luwih sarta nanging kudu ndarbeni kanthi tumrap sajroning yaiku minangka"),
    latin("tl", "áéíñóú", "ang ng sa na mga at ay may hindi ito siya o kung bawat tao karapatan para niya pag ng mga isang lahat upang nang walang ni sinuman maging anumang din kanyang ko mo kaniyang dapat bilang nila dito ngunit iyon lamang sila naman pero"),
    latin("vi", "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", "và của có là được trong cho các không người với một những này đã để khi từ đến về như mọi ra cũng quyền nào đều hay phải vào do nhau trên tại theo bị việc hoặc bất cứ thể tôi anh họ nhưng sẽ bạn nếu đó hãy chỉ rằng làm nó"),
    latin("mi", "āēīōū", "te ki o nga ngā he e i ko a me ka kia no hoki ia mo mō tangata katoa tana tona tōna ona ōna hei rawa ana kua tetahi tētahi nei mai ai enei ēnei ranei rānei ratou tonu kahore kore kotahi roto"),
    latin("mg", "àôñâ", "ny ary amin sy fa dia ho izay tsy na no an ao olona rehetra zo manana tokony mba noho hoe izy azy isan tsirairay misy ireo io izao aza fahafahana koa araka avy ka fotoana momba satria"),
    latin("ku", "çêîşû", "û li ku di de ji bi bo ye her kes ne an jî xwe tê ew ê in heye mafê mafên hemû bê wî dibe din re da na kesek nabe vê hatiye ya yê yên"),
    // Africa
    latin("sw", "", "ya na wa kwa ni katika la za kila haki mtu au kama yake hii ana cha watu kuwa bila hayo wake yoyote ambayo hata kuhusu pia lakini bali wala zake hilo huo huyo ile yeyote lazima anayo wote au vya mwenye tafadhali hiyo"),
    latin("so", "", "ka ah iyo in uu ku oo u waxaa qof kasta la inuu xaq leeyahay ay ama aan waa soo si isaga lagu loo ee ugu wax ka mid kale laga leh dadka xuquuqda dhan uga badan yahay isku waxay cid"),
    latin("ha", "ɓɗƙƴ", "da na a ta ba wani ko yana cikin ne don ya mai su shi yin kowa yake haƙƙi hakki kuma ga ce wata an duk sauran kowane za daga sun yi akan sai kamar wannan domin cewa yancin"),
    latin("yo", "àáèéìíòóùúẹọṣńǹḿ", "ni àti ti tí sí ẹ kò ó láti gbogbo fún pé kan wọn ń pẹ̀lú ẹni tó ènìyàn lẹ́tọ̀ọ́ tàbí bí náà wọ́n yìí ètọ́ rẹ̀ nínú ẹ̀tọ́ ọ̀kan lè sì máa"),
    latin("ig", "ịọụṅńàáèéìíòóùúẹ", "na nke ya onye ọ bụ ma ndị ga ka nwere o ikike ihe mmadụ ọbụla dị n e a aka maọbụ niile ọzọ ime ya n a iji enwe nwe bula ụmụ ha nweghị"),
    latin("sn", "", "kuti kana ne uye pa mu munhu zvose wose kodzero nekuti ane ari yake iyi wese ye va ku ose pasina izvi ano zve vanhu chero asi mumwe nyika nemumwe anofanira zvinhu"),
    latin("zu", "", "ukuthi noma futhi kanye umuntu wonke unelungelo lokuba ngokuba nje ngaphandle kumele kwakhe yakhe na wakhe ilungelo ngo bonke uma lelo akukho yini njalo abantu nokuthi okanye nge"),
    latin("xh", "", "ukuba okanye kunye ngokuba wonke ubani umntu unelungelo lokuba yakhe na ngaphandle kwaye akukho mntu nawuphi na bonke abantu kufuneka ilungelo malunga nokuba xa ngoko ye kwakhe"),
    latin("st", "", "le ho ya o e ea a ba ka ke tsa na bo motho mang tokelo hore kapa ha se oa kapa bohle hae lefe ntle sa tshwanelo mme eo batho kaofela ena haeba di empa"),
    latin("tn", "šô", "le go ya o e a ba ka ke tsa mo na motho mongwe tshwanelo gore kgotsa ga se wa botlhe gagwe epe ntle sa nang ene batho fa mme di tshwanetse jwa tse"),
    latin("ts", "", "na ku hi ya va ni wa ka le ta eka a munhu xa u fanelo leswaku kumbe hinkwavo yena swa naswona mfanelo wun wana lowu loko handle hinkwaswo vanhu"),
    latin("rw", "", "mu n no kandi cyangwa ku umuntu wese ya afite uburenganzira bwo ko yose nta kuri iyo y kugira mo cy muri na w bya ashobora ibyo be uwo aba abantu ni"),
    latin("lg", "ŋ", "okuba mu n oba era omuntu ku kwe na mwana bantu nga buli alina eddembe bonna eri kyonna ye nti wa ly ng awatali oyo ekyo ebyo abantu"),
    latin("ak", "ɛɔ", "na no a sɛ obiara ne ho wɔ kwan mu yɛ anaa onipa biara nyinaa wo de so ɔ ɛ fi ma ɛno hwee ɔman nnipa di bi saa ntumi"),
    // Cyrillic
    cyrillic("ru", "ё", "", "и в не на с что по к как он из у за от это но о его для все же а то или так при быть до только был мы они она было без который их имеет если под каждый человек может право чем вы ли также со во этого том я бы после должен кто когда где нет ее себя над об этой будет"),
    cyrillic("uk", "ґєії", "ыэъё", "і в на не з що та до у за як від його це або про для є має при а то які по який із людина право бути кожна також але ми всі так його особи без тільки її щоб був було вони під чи через не може повинна бо яка ніхто вже якщо свого цього ви"),
    cyrillic("be", "ёіў", "ищъ", "і ў на не з што да як за ад яго гэта або пра для ён мае а то па якія які з чалавек права быць кожны таксама але мы усе так без толькі яе каб быў было яны пад ці праз можа павінен бо якая ніхто калі свайго гэтага у вы"),
    cyrillic("bg", "ъ", "ыэ", "на и да за се от в не са по с е че или като си до при всеки право има което през бъде които който това след му а може но към няма без така те само неговата човек със във която той също беше както трябва никой този тази му ще всички между бъде ви"),
    cyrillic("mk", "ѓќѕјљњџѐѝ", "йщъыьэюя", "на и да се за од во не со е што или како по до секој право има која кој кои ги може при биде тоа но ќе така нема без неговото човек со него тој беше исто треба овој оваа никој сите меѓу ја го а сум"),
    cyrillic("sr", "ђћјљњџ", "йщъыьэюя", "и у је на се да за су о с од а не који из као то по или што до али бити би његове све која које при није има само своје ко нико како уз те којима га свако право без буде може мора сме треба овај ова било према му ће време са"),
    cyrillic("kk", "әғқңөұүһі", "", "және мен бір адам болуы құқығы құқылы бар үшін немесе әр өз ол бұл керек тиіс де да ешкім бойынша барлық жоқ арқылы оның тең емес сол болып осы туралы кез келген"),
    cyrillic("ky", "ңөү", "", "жана менен бир адам укугу укуктуу бар үчүн же ар өз ал бул керек тийиш да эч ким боюнча бардык жок аркылуу анын тең эмес ошол болуп ушул жөнүндө болууга болгон кийин"),
    cyrillic("tt", "әҗңөүһ", "", "һәм белән бер кеше хокукы хокуклы бар өчен яки үз ул бу тиеш да дә һәркем буенча барлык юк аша аның тигез түгел шул булып турында булырга һичкем"),
    cyrillic("ba", "әғҙҡңөҫүһ", "", "һәм менән бер кеше хоҡуғы бар өсөн йәки үҙ ул был тейеш да дә буйынса бөтә юҡ аша уның түгел шул булып тураһында"),
    cyrillic("tg", "ғӣқӯҳҷ", "щыць", "ва дар ба аз ки ин бо барои ҳар як ҳуқуқ дорад ё инсон озод бояд аст карда худ он на шавад кас бошад то ҳама дигар бе чунин ҳеҷ тавонад мебошад"),
    cyrillic("mn", "өү", "", "ба нь энэ хүн бүр эрхтэй эрх бол юм байх болон уг буюу байна тул өөрийн эсвэл түүний ямар нэгэн тэр хийх дор бүх адил гэж болох үед бус аль нэг дээр"),
    cyrillic("os", "ӕ", "", "ӕмӕ у йӕ кӕнын барттӕ ис уӕвын алкӕмӕн адӕймаг бар кӕй куыд сӕ нӕ цы ӕй уый иннӕ хъуамӕ дзы кӕд ӕви"),
    cyrillic("udm", "ёӝӟӥӧӵ", "", "но со та кын луэ одӥг яке тон вань коть кудӥз шуыса понна бордын быдэс мон ваньмыз ачиз уг луыны кулэ угось"),
    cyrillic("cv", "ёӑӗҫӳ", "", "та тата пур ҫын унӑн ҫав пулма ку вӑл тума е ирӗклӗ пек ӑна ҫук хӑй мар тивӗҫлӗ"),
    // Arabic
    arabic("ar", "", "", "في من على أن إلى لا أو ما هذا كل هذه التي الذي عن مع ذلك بين كان لكل له شخص حق قد هو هي كما به لم ولا أي إن وفي غير بعد عند إذا كانت منها هناك فيها يجب يكون بما ومن"),
    arabic("fa", "پچژگکیۀ", "ةىإ", "و در به از که این را با است برای آن یک خود تا بر یا هر کند شود هم شده می باشد نیز دارد حق کس های ها بود او هیچ باید مورد کرد بدون اند همه دیگر کنند نمی شما"),
    arabic("ur", "پچژگکیٹڈڑںھہےۓ", "ةىإ", "کے کی میں اور ہے کا سے کو اس کہ ہیں پر یہ کر نے ایک بھی تھا نہیں ہو کسی ہر ان جو حق ہی جائے لئے وہ لیے تو یا گا اپنے شخص اپنی کرنے تک ساتھ کوئی آپ"),
    arabic("ps", "پچژګکیټډړږښڅځڼېۍئ", "ةىإ", "د او په چې له کې سره څخه یا دی هر هغه دا ته پر نه شي لري حق خپل باید کړي لپاره کوي تر یو وي دې څوک"),
    arabic("ug", "پچژگكىېۈۆۇۋڭھەئ", "ةأإطظضصثذحع", "ۋە بىر بۇ بىلەن ئۈچۈن ھەر ياكى ھوقۇقى بار ئۆز ئۇ ھوقۇقىغا ئىگە كېرەك ئەمەس قىلىش ھەممە ئادەم ھېچكىم لازىم"),
    arabic("ckb", "پچژگکیڕڵۆێەڤ", "ةأإطظضصثذى", "و لە بۆ بە کە ئەم بێ هەر یان دا هەیە ئەو خۆی مافی کەسێک نابێ نییە دەبێت لەگەڵ بکات هەموو تر وەک کەس ناوی لەو"),
    arabic("sd", "ڀٿٺڄڃڇڍڊڏڙڪگڱڳڻ", "ةىإ", "جي ۽ ۾ آهي جو کي ته هن سان کان تي جا هر نه يا ڪرڻ حق ان لاءِ هڪ آهن پنهنجي"),
    // Devanagari
    devanagari("hi", "", "के और का है में की को से यह पर हैं कि किसी नहीं एक प्रत्येक व्यक्ति या अधिकार भी इस अपने कर लिए ने हो जो उसे तथा था जाएगा करने ही तो अपनी द्वारा रूप सभी किया होगा साथ ये बाद कोई सकता आप अथवा"),
    devanagari("mr", "ळ", "आणि व आहे या च किंवा ते त्या आहेत हा ही हे प्रत्येक असे असा नाही कोणत्याही अधिकार सर्व हक्क करण्याचा म्हणून मात्र त्याच्या येईल काही पण होते केले आपल्या एक तसेच साठी अशा करू नये की तर त्याला"),
    devanagari("ne", "", "र को छ मा का लाई हुने प्रत्येक व्यक्ति गर्ने पनि अधिकार वा गरी भएको यो तथा एक हो हुनेछ कुनै अधिकारको हरेक छैन गर्न भने छन् त्यो सबै यस आफ्नो हुन भन्ने उसको गरिने गरेको लागि थियो तपाईं गर्नुहोस् हुनु"),
    devanagari("sa", "ळ", "च अस्ति सर्वे इति वा न तु तस्य एव यत् अपि सः भवति सर्वेषां मानवानां अधिकारः सन्ति प्रत्येकं जनः स्वतन्त्रता तथा कृते यदि ते अस्य च"),
    devanagari("bho", "", "के आ बा में से ना कवनो ओकर हर आदमी अधिकार सब केहू रहे आपन होखे कइल खातिर ई जाई बाटे भी चाहीं"),
    // Ethiopic, whose letters the languages share
    ethiopic("am", "", "ነው እና ላይ ወይም ውስጥ መብት ሰው አለው ማንኛውም እያንዳንዱ ያለው ዘንድ ጋር ሁሉ ሊሆን አይችልም እንደ ወደ ግን በዚህ ይህ መሆን እንዲሁም ማንም ለመሆን የተባበሩት ይችላል ስለ ያለ ወይንም አይደለም ሌላ"),
    ethiopic("ti", "", "እዩ ኣብ ናይ ከም እቲ ካብ ድማ ኣለዎ ናብ መሰል ሰብ ወይ ኩሉ ንኹሉ ነዚ እዚ ኢዩ ዘለዎ ምስ ብዘይ ከምኡ ውን ኮይኑ እታ ስለዚ"),
    // Hebrew
    hebrew("he", "", "של את על לא כל או אדם זכאי הוא עם זה כי גם היא אין אל בין אם יש להיות היה זו אשר כדי מן לו רק הם אך כך אינו יותר ידי בכל שלא להיות אני מה אחר לכל זאת ללא"),
    hebrew("yi", "", "און די פון אין צו איז דער זיך מיט נישט האט אויף א וואס אז דאס פאר אדער יעדער מענטש רעכט זיין זײַן האָט נאָר פֿון אויך מען דורך ער וועלן ניט אַ דעם"),
];
