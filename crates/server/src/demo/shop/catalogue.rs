//! What the shop sells.

use super::drawings::Drawing;

/// A plant.
#[derive(Debug)]
pub(super) struct Plant {
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    pub(super) latin: &'static str,
    /// In euros.
    pub(super) price: u32,
    pub(super) line: &'static str,
    pub(super) story: &'static str,
    pub(super) light: &'static str,
    pub(super) water: &'static str,
    pub(super) size: &'static str,
    pub(super) drawing: Drawing,
}

/// All of them, in the order of the home page.
pub(super) const PLANTS: [Plant; 8] = [
    Plant {
        slug: "monstera",
        name: "Monstera",
        latin: "Monstera deliciosa",
        price: 34,
        line: "Big, generous leaves",
        story: "It puts out a new leaf every month or so, and each one is larger than the last. Give it a stake to climb \
                and a corner to fill.",
        light: "Bright, no direct sun",
        water: "Once a week",
        size: "60 cm with pot",
        drawing: Drawing::Monstera,
    },
    Plant {
        slug: "snake-plant",
        name: "Snake plant",
        latin: "Dracaena trifasciata",
        price: 24,
        line: "Thrives on neglect",
        story: "The one for dark hallways and long holidays. It keeps its upright habit for years and asks for water so \
                rarely that you will be the one to remember.",
        light: "Any, even shade",
        water: "Every three weeks",
        size: "55 cm with pot",
        drawing: Drawing::SnakePlant,
    },
    Plant {
        slug: "pilea",
        name: "Pilea",
        latin: "Pilea peperomioides",
        price: 18,
        line: "Made to be shared",
        story: "Round leaves on thin stems, and small plants around the big one that can be given to friends. It turns to \
                the window, so turn it back now and then.",
        light: "Bright, no direct sun",
        water: "Once a week",
        size: "25 cm with pot",
        drawing: Drawing::Pilea,
    },
    Plant {
        slug: "string-of-pearls",
        name: "String of pearls",
        latin: "Curio rowleyanus",
        price: 19,
        line: "Falls like a curtain",
        story: "Green beads on long threads, for a shelf high up. Each bead holds water, so the soil may dry out well \
                between two drinks.",
        light: "Bright, morning sun",
        water: "Every two weeks",
        size: "40 cm trailing",
        drawing: Drawing::StringOfPearls,
    },
    Plant {
        slug: "fiddle-leaf-fig",
        name: "Fiddle-leaf fig",
        latin: "Ficus lyrata",
        price: 49,
        line: "A tree for the living room",
        story: "Tall, with leaves like violins. It likes to stay where it is: find the place once, and it will reward you \
                by growing towards the ceiling.",
        light: "Bright, some sun",
        water: "Once a week",
        size: "110 cm with pot",
        drawing: Drawing::FiddleLeafFig,
    },
    Plant {
        slug: "aloe",
        name: "Aloe",
        latin: "Aloe vera",
        price: 14,
        line: "Happy on a windowsill",
        story: "Plump leaves full of gel, and as much sun as you can give it. Water it well, then forget about it until \
                the soil is dry through.",
        light: "Full sun",
        water: "Every two weeks",
        size: "30 cm with pot",
        drawing: Drawing::Aloe,
    },
    Plant {
        slug: "peace-lily",
        name: "Peace lily",
        latin: "Spathiphyllum wallisii",
        price: 22,
        line: "Tells you when it is thirsty",
        story: "White flowers over dark leaves, twice a year. When it wants water it droops all over, and an hour after \
                a drink it stands again as if nothing had happened.",
        light: "Half shade",
        water: "Twice a week",
        size: "45 cm with pot",
        drawing: Drawing::PeaceLily,
    },
    Plant {
        slug: "golden-barrel",
        name: "Golden barrel",
        latin: "Kroenleinia grusonii",
        price: 16,
        line: "Slow, round and content",
        story: "A small sun with spines. It grows a centimetre a year and, if you are patient, flowers when it is older \
                than most furniture.",
        light: "Full sun",
        water: "Once a month",
        size: "18 cm with pot",
        drawing: Drawing::GoldenBarrel,
    },
];
