//! Dreamina: Jimeng's service outside China. Its passport is beside its pages and not on the other hosts, and each
//! commerce host has the accounts of its own cluster only.

use crate::answer::Answer;
use crate::ask::Ask;
use crate::jimeng::{
    ANY, CREDITS, DAILY, DIALECT, GET, INFO, LIFETIME, Market, PERMISSIONS, POST, SILENT_RENEWAL, STATUS, Studio,
    TIMES, VIP, info, logout, no_such_page, subscription, user_credit,
};
use crate::pages;
use crate::platform::{self, AVATAR, Path, Route};
use crate::world::modes::ModeSpec;
use crate::world::people::Person;

/// The international service.
pub(crate) type Service = Studio<Abroad>;

pub(crate) struct Abroad;

type R = Route<Service>;
const DREAMINA: &str = "dreamina.capcut.com";
const COMMERCE_US: &str = "commerce.us.capcut.com";
const COMMERCE_SG: &str = "commerce-api-sg.capcut.com";
const COMMERCE: &[&str] = &[COMMERCE_US, COMMERCE_SG];

const PASSPORT: ModeSpec = ModeSpec {
    key: "passport",
    choices: &["beside_pages", "commerce"],
    about: "where the passport answers: at the pages' host as in fact, or at the commerce host as the document says",
};
const TEXT_CREDITS: ModeSpec =
    ModeSpec { choices: &["text_only", "data_and_text", "data_without_credit", "none_left"], ..CREDITS };

impl Market for Abroad {
    const ID: &'static str = "dreamina";
    const NAMES: (&'static str, &'static str) = ("Dreamina", "Dreamina");
    const COLOUR: &'static str = "#00b8c4";
    const AID: &'static str = "513641";
    const HOME: &'static str = DREAMINA;
    const DOMAIN: &'static str = "capcut.com";
    const PICTURES: &'static str = "p16-passport-sg.ibyteimg.com";
    const LOGIN_URL: &'static str = "https://dreamina.capcut.com/ai-tool/login";
    const HOME_URL: &'static str = "https://dreamina.capcut.com/ai-tool/home";
    const FIRST_USER: u64 = 7_414_345_678_901_234_000;
    const MODES: &'static [ModeSpec] =
        &[DIALECT, PASSPORT, STATUS, PERMISSIONS, DAILY, VIP, TIMES, LIFETIME, SILENT_RENEWAL, TEXT_CREDITS];
    const ROUTES: &'static [R] = &[
        R {
            name: INFO,
            hosts: &[DREAMINA],
            path: Path::Loose("/passport/web/account/info"),
            methods: GET,
            run: |service, ask| at(service, ask, "beside_pages"),
        },
        R {
            name: INFO,
            hosts: COMMERCE,
            path: Path::Loose("/passport/account/info/v2"),
            methods: ANY,
            run: |service, ask| at(service, ask, "commerce"),
        },
        R {
            name: "web/logout",
            hosts: &[DREAMINA],
            path: Path::Loose("/passport/web/logout"),
            methods: ANY,
            run: logout,
        },
        R {
            name: "user_credit",
            hosts: COMMERCE,
            path: Path::Exact("/commerce/v1/benefits/user_credit"),
            methods: POST,
            run: user_credit,
        },
        R {
            name: "subscription",
            hosts: COMMERCE,
            path: Path::Exact("/commerce/v1/subscription/user_info"),
            methods: POST,
            run: subscription,
        },
        R {
            name: "api_host",
            hosts: &["mweb-api-sg.capcut.com", "dreamina-api.us.capcut.com"],
            path: Path::Below("/"),
            methods: ANY,
            run: |_, _| no_such_page(),
        },
        R {
            name: pages::LOGIN,
            hosts: &[DREAMINA],
            path: Path::Loose("/ai-tool/login"),
            methods: GET,
            run: pages::login,
        },
        R {
            name: pages::TALK,
            hosts: &[DREAMINA],
            path: Path::Below(pages::TALK_PATH),
            methods: ANY,
            run: pages::talk,
        },
        R { name: pages::HOME, hosts: &[DREAMINA], path: Path::Loose("/ai-tool/home"), methods: GET, run: pages::home },
        R { name: pages::HOME, hosts: &[DREAMINA], path: Path::Exact("/"), methods: GET, run: pages::home },
        R {
            name: AVATAR,
            hosts: &["p16-passport-sg.ibyteimg.com"],
            path: Path::Below("/avatar/"),
            methods: GET,
            run: platform::portrait,
        },
    ];

    fn region(person: &Person) -> &'static str {
        match person.number % 4 {
            1 => "us",
            2 => "sg",
            3 => "jp",
            _ => "hk",
        }
    }

    fn knows(host: &str, region: &str) -> bool {
        match host {
            COMMERCE_US => region == "us",
            COMMERCE_SG => region != "us",
            _ => true,
        }
    }
}

/// The passport, where the mode says that it is.
fn at(service: &Service, ask: &Ask, place: &str) -> Answer {
    match service.mode(&PASSPORT) == place {
        true if place == "commerce" => service.documented(ask),
        true => info(service, ask),
        false => no_such_page(),
    }
}
