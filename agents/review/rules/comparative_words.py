"""The words in which English compares, claims and praises."""

from __future__ import annotations

import re

from agents.review.text.folding import MASK

_ADJECTIVES = (
    "bad big bold brave bright broad calm cheap clean clear clever close coarse cold cool costly crisp dark deep dense "
    "dull easy fast fine firm flat friendly great happy hard healthy heavy high hot keen large lean light long loose "
    "low mild narrow near neat noisy old poor pure quick quiet rare rich rough safe shaky shallow sharp short simple "
    "slight slim slow small smart smooth soft soon sparse steady steep stiff strong sturdy swift tall thick thin tidy "
    "tight tough true warm weak wide young"
)
_DOUBLED = frozenset(("big", "flat", "hot", "slim", "thin"))


def degrees(adjective: str) -> tuple[str, str]:
    """Comparative and superlative as they are spelled."""
    if adjective.endswith("e"):
        stem = adjective[:-1]
    elif adjective.endswith("y"):
        stem = f"{adjective[:-1]}i"
    else:
        stem = adjective + adjective[-1] if adjective in _DOUBLED else adjective
    return f"{stem}er", f"{stem}est"


_DEGREES = "|".join(form for adjective in _ADJECTIVES.split() for form in degrees(adjective))
_MORE = (
    r"better|best|bettered|worse|worst|more|most|mostly|less|lesser|least|fewer|fewest|majority|minority|"
    r"superior(?:ity)?|inferior(?:ity)?|optim(?:al|ally|um)|suboptimal|ideal|favou?rabl[ey]|prefer(?:able|ably|red|s)?|"
    r"(?:dis)?advantages?|benefit(?:s|ed|ing)?|than"
)
_VERBS = (
    r"(?:out|under|over)perform\w*|out(?:do|does|did|done|class\w*|rank\w*|pace\w*|scor\w*|shin\w*|match\w*)|"
    r"beat(?:s|en|ing)?|surpass\w*|exceed\w*|w[io]ns?|winners?|winning|los(?:es|t|ing) to|improv\w*|dominat\w*|"
    r"top(?:s|ped)|top-\w+|top (?:arm|rate|result|model|score|performer)|edg\w+ out|overtak\w*|overtook|eclips\w*|"
    r"lead(?:s|ing)? (?:to|the|by|over)|led to|leaders?|leading (?:arm|rate|model|method|score)|"
    r"lag(?:s|ged|ging)?|trail(?:s|ed|ing)?|ahead|fall(?:s|ing)? behind|rival(?:s|led)?|"
    r"increas\w*|decreas\w*|reduc(?:e|es|ed|ing|tions?)|ris(?:e|es|en|ing)|rose|drop(?:s|ped|ping)?|fall(?:s|en|ing)?|"
    r"fell|gr[eo]w(?:s|n|ing|th)?|declin(?:e|es|ed|ing)|climb\w*|shr[aiu]nk(?:s|ing)?|soar\w*|plummet\w*|plung\w*|"
    r"surg(?:e|es|ed|ing)|jump(?:s|ed|ing)?|gain(?:s|ed|ing)?|boost\w*|degrad(?:e|es|ed|ing|ation)|deteriorat\w*|"
    r"crush(?:es|ed)?|trounc\w*|trump(?:s|ed)|smash\w*|defeat\w*|skyrocket\w*|suffers?|suffered|struggl\w*|excels?|"
    r"worsen\w*|lower(?:s|ed|ing)|rais(?:e|es|ed|ing)|hurts?|harms|harmed|help(?:s|ed)"
)
_CLAIMS = (
    r"(?:in)?significan(?:t|tly|ce)|prov(?:e|es|ed|en|ing)|proofs?|demonstrat\w*|confirm(?:s|ed|ing)?|guarantee\w*|"
    r"undoubtedly|clearly|obviously|evidently|conclusive(?:ly)?|establish(?:es|ed)?|caus(?:e|es|ed|ing|al|ally)|"
    r"due to|thanks to|responsible for|results? in|resulted in|driven by|attributable to|explains why|matters|mattered|"
    rf"(?:show(?:s|ed|n)?|suggest(?:s|ed)?|indicat(?:e|es|ed)|reveal(?:s|ed)?) that(?!\s*,?\s*{MASK})|"
    r"impl(?:y|ies|ied)|"
    r"state[- ]of[- ]the[- ]art|sota|cutting[- ]edge|world[- ]class|record[- ]breaking|trend(?:s|ed|ing)? towards?"
)
_PRAISE = (
    r"substantial(?:ly)?|considerabl[ey]|dramatic(?:ally)?|marked(?:ly)?|remarkabl[ey]|impressive(?:ly)?|"
    r"striking(?:ly)?|notabl[ey]|negligibl[ey]|vast(?:ly)?|greatly|slightly|marginal(?:ly)?|huge(?:ly)?|massive(?:ly)?|"
    r"surpris\w*|unsurprising(?:ly)?|astonish\w*|amazing(?:ly)?|(?:un)?fortunately|sadly|luckily|(?:near-)?perfect(?:ly)?|"
    r"flawless(?:ly)?|victor(?:y|ies|ious)|triumph\w*|succe(?:ss|sses|ssful|ssfully)|pa(?:ys|id) off|"
    r"(?:work|perform|train|generali[sz])(?:s|ed)? (?:very )?(?:well|fine|nicely|badly|strongly)|"
    r"(?:strong|weak|good|ample|compelling|convincing|overwhelming) evidence|"
    r"(?:nearly|almost|virtually) (?:all|every|no)|"
    r"outstanding|excellent|superb|poorly|breakthrough|revolutionary|unprecedented|unrivall?ed|unmatched"
)
_MEASURED = r"(?:accurac(?:y|ies)|loss(?:es)?|performances?|results?|scores?|errors?|values?|means?|metrics?)"
_EQUAL = (
    r"equal(?:s|ed|led|ly)?|equivalent(?:ly)?|equivalence|comparabl[ey]|indistinguishabl[ey]|interchangeabl[ey]|"
    r"on (?:a )?par|tied? (?:with|between)|as (?!well|soon|long|far)\w+ as|"
    r"(?:perform|work|do|fare|scor|train|generali[sz])\w* (?:\w+ )?as well as|"
    rf"(?:the same|similar|identical) (?:\w+ )?{_MEASURED}|"
    r"(?:perform|behav|scor)\w* (?:the same|similarly|identically)|"
    rf"{_MEASURED} (?:is|was|are|were|stay(?:s|ed)|remain(?:s|ed)) (?:the same|unchanged|identical)|"
    r"unaffected|insensitive to|irrelevant|c[oa]mes? close|close to (?:the|that)"
)
_SIZED = r"(?:wide|large|big|huge|small|tiny|slight|real|strong|weak)"
_EFFECT = r"(?:gap|difference|effect|margin|improvement|benefit)s?"
_SIZES = (
    rf"(?:wide|large|big|huge|tiny|real|strong|weak) {_EFFECT}|"
    rf"{_EFFECT} (?:\w+ ){{0,3}}(?:is|was|are|were) {_SIZED}|makes? (?:all the|a|the) difference|"
    r"p(?:[- ]values?)?(?: (?:is|was))? (?:below|above|tiny|small|low|high)|"
    r"(?:below|above|beyond) (?:the )?(?:alpha|control|baseline|parent|threshold)"
)
_NOTHING = (
    r"(?:no|not any|without(?: any)?|hardly any|negligible|little)(?: \w+){0,2} "
    r"(?:effect|difference|influence|impact|change|benefit|gain|improvement|advantage|harm)s?|"
    r"(?:do|does|did)(?: not|n't)(?: \w+)? (?:matter|affect|influence|change|alter|impact|help|hurt|differ)|"
    r"(?:is|are|was|were) not different"
)
COMPARATIVE = re.compile(rf"\b(?:{_NOTHING}|{_SIZES}|{_EQUAL}|{_CLAIMS}|{_VERBS}|{_MORE}|{_PRAISE}|{_DEGREES})\b")
