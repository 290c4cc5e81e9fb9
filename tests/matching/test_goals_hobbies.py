"""Everyday hobbies in one word or two: what each is read as, and that none is read as something else.

Endings do not count ('knit' is 'knitting'), so words that only begin alike can meet: 'anime' and
'animal', 'organ' and 'organic', 'mineral' and 'miner'. What meets is kept apart in the thesaurus.
"""

from __future__ import annotations

import pytest

from .goals import meaning, meant

HOBBIES = {
    "animals": "animals, pets, dogs, dog walking, cats, horses, horse riding, donkeys, rabbits, budgies, tropical fish, "
    "fish tanks, snakes, goats, pigeons, badgers, bird watching, twitching",
    "arts_crafts": "anime, drawing anime, manga, cartoons, animation, painting, watercolours, sketching, colouring, "
    "pottery, ceramics, knitting, crochet, sewing, quilting, embroidery, weaving, macrame, origami, scrapbooking, card "
    "making, calligraphy, photography, woodwork, whittling, model trains, stamp collecting, mosaics, stained glass, "
    "candle making, metalwork, electronics, classic cars, flower arranging, Christmas decorations",
    "cafes_pubs": "pub quiz, real ale, eating out, fish and chips, coffee mornings",
    "college": "politics, current affairs, astronomy, rocks and minerals, French, maths",
    "computers": "computer games, Minecraft, PlayStation, coding, robots, YouTube, surfing the net",
    "cookery": "cooking, baking, cakes, sourdough, jam making, preserves, brewing, cheese making",
    "days_out": "telly, tv, watching telly, box sets, films, the cinema, museums, castles, ruins, steam trains, plane "
    "spotting, fire engines, the seaside, theme parks, amusements, camping, narrowboats, zoos, picnics, stargazing, horse "
    "racing",
    "faith_culture": "church, hymns, mosque, family history, local history, metal detecting, war memorials",
    "friends": "chess, dominoes, jigsaws, board games, bingo, darts, snooker, conversation, football stickers",
    "gardening_nature": "gardening, allotments, roses, growing vegetables, bonsai, bees, butterflies, hedgehogs, "
    "foraging, pottering in the garden, potting shed, orienteering, fishing, angling",
    "gym": "weights, treadmills, spin class",
    "home_skills": "ironing, decorating, wallpapering",
    "libraries": "reading, poetry, novels, comics, audiobooks, crosswords, creative writing",
    "music_drama_dance": "the organ, playing the organ, organs, piano, guitar, concertina, bell ringing, bell ringers, "
    "karaoke, opera, rap, drum and bass, vinyl, podcasts, acting, filming, juggling, magic tricks, tap dancing, ballroom, "
    "concerts, festivals",
    "shopping": "shopping, markets, car boot sales, antiques, fashion",
    "sport": "marathons, running, parkrun, triathlon, javelin, archery, clay pigeons, judo, boxing, trampolining, "
    "skateboarding, cycling, skiing, curling, quoits, rowing, sailing, surfing, snorkelling, netball, cricket, rugby, "
    "football, golf, tennis, badminton, bowls, bowling, climbing, caving, potholing, hiking, yoga, tai chi, zumba",
    "swimming": "swimming, aqua aerobics",
    "volunteering": "litter picking, charity shops, fundraising",
    "wellbeing": "mindfulness, meditation, massage, makeup, nail art",
}
"""A theme, and what people say who like something of it: the words may mean other themes too."""

OTHERWISE = [
    ("anime", "animals"),
    ("animated films", "animals"),
    ("I am an animator", "animals"),
    ("organic food", "music_drama_dance"),
    ("an organ transplant", "music_drama_dance"),
    ("surfing", "computers"),
    ("a barn conversion", "friends"),
    ("ten digits", "computers"),
    ("enable me to go alone", "home_skills"),
    ("minerals", "arts_crafts"),
    ("polite people", "college"),
    ("an oriental rug", "gardening_nature"),
    ("a consolation prize", "computers"),
    ("steam preservation", "cookery"),
    ("how ironic", "home_skills"),
    ("the angle of the light", "gardening_nature"),
    ("sealed letters", "gardening_nature"),
    ("ring tones", "sport"),
    ("a ruined shirt", "days_out"),
    ("clay pigeons", "animals"),
    ("clay pigeons", "arts_crafts"),
    ("caving", "carer_breaks"),
    ("pottering", "arts_crafts"),
    ("twitching", "computers"),
    ("boxing day", "sport"),
    ("trading cards", "paid_work"),
    ("fish tanks", "sport"),
    ("cakes like on the telly", "days_out"),
]
SAID = [(word.strip(), theme) for theme, words in HOBBIES.items() for word in words.split(",")]


def test_there_are_many() -> None:
    assert len({word for word, _ in SAID}) >= 200


@pytest.mark.parametrize(("word", "theme"), SAID)
def test_a_hobby_is_read_as_what_it_is(word: str, theme: str) -> None:
    assert theme in meant(f"I like {word}")
    assert not meaning(f"I like {word}").mended


@pytest.mark.parametrize(("say", "theme"), OTHERWISE)
def test_words_that_only_look_alike_are_kept_apart(say: str, theme: str) -> None:
    assert theme not in meant(say)


@pytest.mark.parametrize(
    "word", ["stickers", "shaving", "vaping", "newts", "pumpkins", "hair braiding", "piercings"]
)
def test_an_everyday_word_that_means_no_theme_is_left_as_it_is(word: str) -> None:
    assert not meaning(f"I like {word}").mended
    assert meant(f"I like {word}") == set()


@pytest.mark.parametrize(
    "say",
    [
        "all I do is watch telly",
        "he just watches telly",
        "something to do instead of watching telly",
        "I don't want to watch telly all day",
        "sick of tv",
    ],
)
def test_telly_that_somebody_has_had_enough_of_is_a_wish_to_get_out(say: str) -> None:
    found = meaning(say)
    assert "days_out" in {theme.value for theme in found.themes}
    assert "cinema" not in found.kinds
