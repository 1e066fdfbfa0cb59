//! The people of the sandbox. All invented.

use std::sync::{Arc, Mutex};

use super::locked;

/// Somebody with a phone and an account on every platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// Short and stable: `lin`.
    pub(crate) id: String,
    /// Grows; the platforms derive their own user ids from it.
    pub(crate) number: u64,
    pub(crate) name: String,
    pub(crate) bio: String,
    pub(crate) followers: u64,
    pub(crate) following: u64,
    /// 0 to 6, as Bilibili counts.
    pub(crate) level: u8,
    /// Pays for membership.
    pub(crate) vip: bool,
    /// Colour of the picture, degrees.
    pub(crate) hue: u16,
}

#[derive(Debug)]
pub(crate) struct People(Mutex<Vec<Arc<Person>>>);

impl People {
    pub(crate) fn invented() -> Self {
        let rows: [(&str, &str, &str, u64, u64, u8, bool); 6] = [
            ("lin", "林小夏的厨房", "一日三餐，慢慢做", 128_400, 321, 6, true),
            ("zhou", "周末去爬山", "华东徒步路线整理", 8_217, 96, 5, false),
            ("chen", "陈工拆机", "把坏的修好，把好的拆开", 1_022_310, 44, 6, true),
            ("gu", "顾阿姨的菜园", "阳台种菜第七年", 612, 18, 3, false),
            ("song", "宋词里的四季", "每周一首，读给你听", 45_090, 210, 4, true),
            ("he", "何必熬夜", "独立游戏开发日志", 2_760, 133, 2, false),
        ];
        let people =
            rows.into_iter().zip(1_u64..).map(|((id, name, bio, followers, following, level, vip), number)| {
                let hue = hue_of(number);
                let (id, name, bio) = (id.to_owned(), name.to_owned(), bio.to_owned());
                Arc::new(Person { id, number, name, bio, followers, following, level, vip, hue })
            });
        Self(Mutex::new(people.collect()))
    }

    pub(crate) fn all(&self) -> Vec<Arc<Person>> {
        locked(&self.0).clone()
    }

    pub(crate) fn find(&self, id: &str) -> Option<Arc<Person>> {
        locked(&self.0).iter().find(|person| person.id == id).cloned()
    }

    /// Adds somebody; `make` gets the next number. `None` when the id is taken.
    pub(crate) fn add(&self, make: impl FnOnce(u64) -> Person) -> Option<Arc<Person>> {
        let mut people = locked(&self.0);
        let number = people.iter().map(|person| person.number).max().unwrap_or(0) + 1;
        let person = Arc::new(make(number));
        if people.iter().any(|known| known.id == person.id) {
            return None;
        }
        people.push(Arc::clone(&person));
        Some(person)
    }
}

/// Colours that stay apart however many people there are.
pub(crate) fn hue_of(number: u64) -> u16 {
    u16::try_from(number * 137 % 360).unwrap_or(0)
}
