//! What the shop says about delivery, returns and care: its assistant reads it up.

/// A page.
pub(super) struct Help {
    /// Its address.
    pub(super) slug: &'static str,
    /// Its title.
    pub(super) title: &'static str,
    /// Questions, and what the shop says to them.
    pub(super) answers: &'static [(&'static str, &'static str)],
}

/// All pages.
pub(super) const HELP: [Help; 3] = [
    Help {
        slug: "delivery",
        title: "Delivery",
        answers: &[
            (
                "How long does delivery take?",
                "Two to three working days, in paper and straw, to your door. We send on Mondays to Thursdays, so that no plant \
                 spends a weekend in a van.",
            ),
            (
                "What does delivery cost?",
                "4.90 € inside the country, and nothing for orders over 60 €. To Austria, Switzerland and Norway it is 12 €.",
            ),
            (
                "Do you deliver abroad?",
                "To Austria, Switzerland and Norway, in four to six working days. Farther than that a plant would suffer.",
            ),
        ],
    },
    Help {
        slug: "returns",
        title: "Returns",
        answers: &[
            (
                "How do I return a plant?",
                "Within 30 days, in the paper that it came in. Write to us here with the number of your order, and we send you a \
                 label: the postage is ours.",
            ),
            (
                "When do I get my money back?",
                "Within five working days after the plant has come back to us, the way that you paid.",
            ),
            (
                "What if a plant arrives unwell?",
                "Send us a picture within seven days. We replace it, and you may keep the unwell one.",
            ),
        ],
    },
    Help {
        slug: "care",
        title: "Plant care",
        answers: &[
            (
                "How often do I water?",
                "When the top two centimetres of the soil are dry: about once a week in summer, every two to three weeks in winter.",
            ),
            (
                "Are the plants poisonous for cats and dogs?",
                "The monstera and the snake plant are: keep them out of reach. The pilea and the calathea are safe.",
            ),
            ("When do I repot?", "Every second spring, into a pot that is two fingers wider."),
        ],
    },
];
