//! What people, companies and things are called.

/// A name as its owner writes it, and as it stands in an e-mail address.
pub type Name = (&'static str, &'static str);

pub const BRITISH: &[Name] = &[
    ("Roberta Wharton", "roberta.wharton"),
    ("Callum MacGillivray", "callum.macgillivray"),
    ("Aoife Ní Dhálaigh", "aoife.nidhalaigh"),
    ("Priya Raghunathan", "priya.raghunathan"),
    ("Thomas Okonkwo-Bell", "thomas.okonkwo-bell"),
    ("Eleanor Thistlethwaite", "eleanor.thistlethwaite"),
    ("Imran Choudhury", "imran.choudhury"),
    ("Gwen Llewellyn", "gwen.llewellyn"),
    ("Siobhán O’Rourke", "siobhan.orourke"),
    ("Daniel Achebe", "daniel.achebe"),
    ("Zofia Kowalczyk", "zofia.kowalczyk"),
    ("Jonah Pemberton", "jonah.pemberton"),
    ("Beatriz Figueiredo", "beatriz.figueiredo"),
    ("Marcus Bright", "marcus.bright"),
];

pub const NORDIC: &[Name] = &[
    ("Åsa Lindström", "asa.lindstrom"),
    ("Björn Håkansson", "bjorn.hakansson"),
    ("Maja Söderqvist", "maja.soderqvist"),
    ("Jürgen Weißgärber", "juergen.weissgaerber"),
    ("Lars-Göran Öberg", "lars-goran.oberg"),
    ("Sigríður Þórsdóttir", "sigridur.thorsdottir"),
    ("Mikkel Ærø Sørensen", "mikkel.sorensen"),
    ("Katharina Freifrau von Hohenlohe-Waldenburg-Schillingsfürst", "katharina.hohenlohe"),
    ("Päivi Hämäläinen", "paivi.hamalainen"),
    ("Ingrid Nyström", "ingrid.nystrom"),
    ("Friedrich Großkopf", "friedrich.grosskopf"),
    ("Łukasz Wiśniewski", "lukasz.wisniewski"),
    ("Tuğçe Yıldırım", "tugce.yildirim"),
];

pub const EAST_ASIAN: &[Name] = &[
    ("佐藤 美咲", "misaki.sato"),
    ("鈴木 健一", "kenichi.suzuki"),
    ("髙橋 さくら", "sakura.takahashi"),
    ("渡邊 大輔", "daisuke.watanabe"),
    ("中村 由美子", "yumiko.nakamura"),
    ("小林 直樹", "naoki.kobayashi"),
    ("山﨑 結衣", "yui.yamazaki"),
    ("Nguyễn Thị Hồng Nhung", "hongnhung.nguyen"),
    ("김민준", "minjun.kim"),
    ("王晓明", "xiaoming.wang"),
    ("陳怡君", "yichun.chen"),
    ("Ken Matsumoto-Rivera", "ken.matsumoto"),
];

pub const GULF: &[Name] = &[
    ("ليلى الحداد", "layla.haddad"),
    ("محمد بن راشد العامري", "mohammed.alameri"),
    ("Fatima-Zahra Benali", "fatimazahra.benali"),
    ("עדי כהן", "adi.cohen"),
    ("दीपिका शर्मा", "deepika.sharma"),
    ("Rajesh Venkataraman Subramanian", "rajesh.subramanian"),
    ("Олена Шевченко", "olena.shevchenko"),
    ("Γιώργος Παπαδόπουλος", "giorgos.papadopoulos"),
    ("Yusuf Demirtaş", "yusuf.demirtas"),
];

pub const AMERICAN: &[Name] = &[
    ("Guadalupe Hernández-Ocampo", "guadalupe.hernandez"),
    ("Tyler Vandermeer", "tyler.vandermeer"),
    ("Keisha Washington", "keisha.washington"),
    ("João Pedro Albuquerque de Vasconcelos Sobrinho", "joaopedro.vasconcelos"),
    ("Wilhelmina \"Billie\" Sandoval", "billie.sandoval"),
    ("Nathaniel Cho", "nathaniel.cho"),
    ("Xóchitl Ramírez", "xochitl.ramirez"),
    ("D’Angelo Freeman", "dangelo.freeman"),
];

/// The vendor's own people, who stand in for a customer to help.
pub const SUPPORT: &[Name] = &[("Tamsin Ashdown", "tamsin"), ("Emeka Nwosu", "emeka"), ("Clara Vogt", "clara")];

pub const COMPANY_FIRST: &[&str] = &[
    "Amber",
    "Baltic",
    "Cedar",
    "Delta",
    "Ester",
    "Fairway",
    "Granite",
    "Halcyon",
    "Ister",
    "Juniper",
    "Kestrel",
    "Lagoon",
    "Meridian",
    "Northgate",
    "Osprey",
    "Pelican",
    "Quayside",
    "Ravenna",
    "Saltmarsh",
    "Tern",
    "Umbra",
    "Vesper",
    "Windrose",
];
pub const COMPANY_SECOND: &[&str] =
    &["Freight", "Cargo", "Lines", "Forwarding", "Shipping", "Transport", "Trading", "Cold Chain"];
pub const COMPANY_FORM: &[&str] = &["Ltd", "GmbH", "AB", "S.p.A.", "B.V.", "Inc.", "株式会社", "A/S"];

/// United Nations location code, and name.
pub const PORTS: &[(&str, &str)] = &[
    ("GBFXT", "Felixstowe"),
    ("GBSOU", "Southampton"),
    ("SEGOT", "Göteborg"),
    ("DEHAM", "Hamburg"),
    ("NLRTM", "Rotterdam"),
    ("JPYOK", "横浜"),
    ("JPUKB", "神戸"),
    ("CNSHA", "上海"),
    ("KRPUS", "부산"),
    ("SGSIN", "Singapore"),
    ("AEJEA", "جبل علي"),
    ("USHOU", "Houston"),
    ("BRSSZ", "Santos"),
    ("INNSA", "Nhava Sheva"),
    ("ISREY", "Reykjavík"),
    ("ZADUR", "Durban"),
    ("GRPIR", "Πειραιάς"),
];

pub const GOODS: &[&str] = &[
    "ceramic tiles",
    "bicycle parts",
    "green coffee in bags",
    "flat-pack furniture",
    "lithium batteries (UN 3480)",
    "冷凍まぐろ",
    "sawn timber",
    "medical gloves",
    "printed circuit boards",
    "Rotwein in Flaschen",
    "machine tools",
    "dates and figs",
];

pub const VESSELS: &[&str] = &[
    "Aurelia Strand",
    "Solveig",
    "第八海洋丸",
    "Cape Thessaly",
    "Star of Muscat",
    "Humber Swift",
    "Nordlicht",
    "Lady Okavango",
];

pub const TEAMS: &[&str] = &[
    "Customs desk",
    "Night operations",
    "Accounts payable",
    "輸入チーム",
    "Reefer and cold chain",
    "Großkunden",
    "Key accounts",
];

pub const KEY_NAMES: &[&str] =
    &["ERP sync", "Warehouse scanners", "Power BI export", "Customs broker", "社内ポータル", "Zapier"];

/// What people write under a shipment, from a word to a report.
pub const NOTES: &[&str] = &[
    "Consignee asks for delivery before 10:00.",
    "ok",
    "Seal 4471902 replaced by terminal after inspection, photos attached.",
    "通関書類の原本を待っています。月曜日までに届かない場合は、お客様へ連絡してください。",
    "Ladung laut Frachtführer vollzählig; zwei Kartons feucht, Übernahme unter Vorbehalt bestätigt.",
    "تم تأجيل الاستلام إلى يوم الأحد بناءً على طلب العميل.",
    "Free time ends Friday. Demurrage after that is 145.00/day for the first 4 days and 210.00/day from then on <see tariff 7.3 & 7.4>.",
    "The reefer alarmed twice overnight (02:14 and 03:40, both times set point -18.0 °C, return air -11.6 °C). The terminal \
     plugged it into another reefer point at 04:05 and the temperature recovered to -17.4 °C by 06:30. We have asked for the \
     full data logger download, told the consignee's quality department, and asked the surveyor to attend when the doors are \
     opened. Until their report is here nobody is to release the container, whatever the haulier says at the gate. If the \
     surveyor finds the cargo above -15 °C at the core, the claim goes to underwriters under the open policy, and the customer \
     wants replacement cargo on the next sailing, for which space is already held on Cape Thessaly, voyage 118E.",
    "Kund bekräftade leverans per telefon. Återkommer om lastpallar.",
    "Driver waited 2 h 10 min, waiting time to be charged to consignee – see e-mail of this morning.",
];
