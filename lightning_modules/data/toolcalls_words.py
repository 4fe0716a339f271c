"""Word lists from which the values in tool-calling requests are drawn."""

DAYS = ("today", "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CURRENCIES = (
    ("euros", "EUR"), ("dollars", "USD"), ("pounds", "GBP"), ("yen", "JPY"),
    ("francs", "CHF"), ("pesos", "MXN"), ("rupees", "INR"), ("kronor", "SEK"),
)  # fmt: skip
PARTIES = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
THINGS = (
    "the train", "the bus", "the report", "the car", "the meeting", "the package", "the dog", "the concert",
    "the key", "my phone", "my bag", "the cake", "the bill", "the plan", "the printer", "the soup",
)  # fmt: skip
STATES = (
    "late", "ready", "at home", "in the kitchen", "on the table", "under the chair", "here", "outside",
    "behind the house", "gone", "in the garden", "by the window", "not here", "very good", "almost done", "next door",
)  # fmt: skip
FIRST_NAMES = (
    "anna", "boris", "clara", "david", "emma", "felix", "greta", "hugo", "ines", "jonas",
    "karla", "leo", "maria", "nils", "olga", "peter", "rosa", "simon", "tara", "victor",
)  # fmt: skip
LAST_NAMES = (
    "adler", "berg", "costa", "dahl", "evans", "fischer", "garcia", "holm", "ito", "jansen",
    "keller", "lopez", "moreau", "novak", "olsen", "petrov", "quinn", "rossi", "silva", "tanaka",
)  # fmt: skip
REGIONS = (
    "north", "south", "east", "west", "new", "old", "upper", "lower", "port", "saint", "mount", "fort",
    "great", "long", "red", "white",
)  # fmt: skip
PLACES = (
    "alton", "bergen", "carlow", "dover", "elgin", "fargo", "galway", "hudson", "kenmare", "lucca",
    "milton", "nairn", "oxley", "perth", "salem", "trento",
)  # fmt: skip
KINDS = (
    "blue", "happy", "green", "royal", "lazy", "tiny", "lucky", "wild", "dancing", "smiling", "hungry", "flying",
    "jolly", "sleepy", "proud", "brave",
)  # fmt: skip
CREATURES = (
    "dragon", "lotus", "tiger", "olive", "panda", "lemon", "crab", "falcon", "pepper", "fox", "tomato", "whale",
    "rooster", "turtle", "carrot", "bear",
)  # fmt: skip
MOODS = (
    "silver", "golden", "broken", "silent", "little", "purple", "lonely", "burning",
    "frozen", "hidden", "distant", "gentle", "crystal", "velvet", "midnight", "summer",
)  # fmt: skip
IMAGES = (
    "river", "morning", "mountain", "highway", "mirror", "shadow", "ocean", "city",
    "winter", "dancer", "island", "diamond", "harbor", "thunder", "letter", "rainbow",
)  # fmt: skip
