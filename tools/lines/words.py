"""Lines of text as documents carry them, and many that none does: what is learned must be letters, not words."""
from pathlib import Path
import sys

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from specimens import cards, people  # noqa: E402

# All syllables of KS X 1001: whatever is written today, and more.
SYLLABLES = [bytes((a, b)).decode("euc_kr") for a in range(0xb0, 0xc9) for b in range(0xa1, 0xff)]
MARKS = " .,-()/·:~<'&*"
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Chinese characters and whatever else: told apart from all that can be read, and no more.
OTHER = "?"
LABELS = ("주민등록증 자동차운전면허증 외국인등록증 영주증 국내거소신고증 성명 이름 주소 주민등록번호 주민번호 적성검사기간 갱신기간 적성검사 기간 조건 면허번호 발급일 발급일자 외국인등록번호 국가/지역 "
          "체류자격 성별 체류기간 만료일자 국적 주소변동사항 년월일 변동 여권 대한민국 종류/Type 발행국/Issuing 여권번호/Passport 생년월일 한글성명 기간만료일 발행관청 경찰청장 지방경찰청장 구청장 시장 군수 "
          "출입국·외국인청장 출입국·외국인사무소장 출입국관리사무소장 통 반 습득하신 분은 우체통에 넣어 주십시오 유효확인 검사미필 안경 자동변속기 장기기증 장기·조직기증").split()
ENGLISH = ("Name Date of Birth Issue Expiry Passport No. Nationality Surname Given names Sex Type Authority Registration Country/Region Status REPUBLIC OF KOREA Driver's License "
           "RESIDENCE CARD ALIEN REGISTRATION CARD PERMANENT RESIDENT IDENTITY Document number Permit Code MINISTRY OF FOREIGN AFFAIRS Signature Place Personal Class Valid until Address "
           "Issuing country Republic Korea Immigration Office Resident License Class Conditions Chief").split()


def pick(rng, things):
    return things[rng.randrange(len(things))]


def digits(rng, count):
    return "".join(rng.choice("0123456789") for _ in range(count))


def place(rng):
    province = pick(rng, people.PROVINCES)
    return (pick(rng, province[:2]) + " " + (pick(rng, province[2]) if province[2] else "")).strip()


def address(rng):
    text = people.address(rng, pick(rng, people.PROVINCES), rng.random() < .3)
    if rng.random() < .5:
        # Streets and quarters that no list knows.
        text = " ".join(word if rng.random() < .5 or not word[-1] in "로길동리" else nonsense(rng, rng.randrange(1, 4)) + word[-1] for word in text.split(" "))
    if rng.random() < .65:
        start = rng.randrange(len(text) * 2 // 3)
        text = text[start:start + rng.randrange(3, 26)]
    return text


def nonsense(rng, length):
    return "".join(pick(rng, SYLLABLES) for _ in range(length))


def name(rng):
    text = "".join(people.korean_name(rng))
    if rng.random() < .4:
        text = text[:1] + nonsense(rng, rng.choice((1, 2, 2, 3)))
    end = rng.random()
    if end < .2:
        return text + "(" + "".join(rng.choice(people.HANJA) for _ in text) + ")"
    return pick(rng, ("성명 ", "이름 ", "한글성명 ")) + text if end < .3 else text


def date(rng):
    form = pick(rng, ("{y}.{m:02}.{d:02}.", "{y}.{m:02}.{d:02}", "{y}. {m}. {d}.", "{y}. {m}. {d}", "{y}. {m:02}. {d:02}.", "{y}년 {m}월 {d}일", "{y}-{m:02}-{d:02}", "{y}.{m}.{d}.",
                      "{y}.{m:02}.{d:02} ~ {y}.{d:02}.{m:02}", "{y}/{m:02}/{d:02}", "{d:02} {w} {y}", "{d:02} {m}월/{w} {y}", "{d:02}.{m:02}.{y}", "{d:02}/{m:02}/{y}"))
    return form.format(y=rng.choice((rng.randrange(1940, 2040), rng.randrange(1000, 10000))), m=rng.randrange(1, 13), d=rng.randrange(1, 32), w=pick(rng, cards.MONTHS))


def number(rng):
    return pick(rng, (lambda: digits(rng, 6) + "-" + digits(rng, 7), lambda: "-".join((digits(rng, 2), digits(rng, 2), digits(rng, 6), digits(rng, 2))),
                      lambda: pick(rng, list(people.REGIONS.values())) + " " + "-".join((digits(rng, 2), digits(rng, 6), digits(rng, 2))),
                      lambda: pick(rng, LETTERS[10:36]) + digits(rng, 8), lambda: "M" + digits(rng, 3) + pick(rng, LETTERS[10:36]) + digits(rng, 4),
                      lambda: "".join(rng.choice(LETTERS[:36]) for _ in range(rng.randrange(4, 8))),
                      lambda: digits(rng, rng.randrange(1, 5)) + rng.choice(("", "-" + digits(rng, 2))) + ", " + digits(rng, 3) + "동 " + digits(rng, rng.choice((3, 4))) + "호"))()


def latin(rng):
    if rng.random() < .4:
        surname, given = pick(rng, people.LATIN)
        return surname + " " + pick(rng, given.split("|"))
    words = ["".join(rng.choice("AAAABCDEEEEFGHHIIIJKLLMMNNNNNOOOPQRRRSSSTTTUUVWXYYZ") for _ in range(rng.choice((2, 2, 3, 4, 5, 6, 7, 8)))) for _ in range(rng.randrange(1, 4))]
    return " ".join(words)


def english(rng):
    return " ".join(pick(rng, ENGLISH) for _ in range(rng.randrange(1, 4)))


def label(rng):
    text = pick(rng, LABELS)
    if rng.random() < .15:
        text += " " + english(rng)
    return " ".join(text) if len(text) == 2 and rng.random() < .4 else text


def office(rng):
    return pick(rng, (lambda: people.office(rng, pick(rng, people.PROVINCES), rng.random() < .4), lambda: people.police(rng),
                      lambda: pick(rng, people.IMMIGRATION) + pick(rng, ("출입국·외국인청장", "출입국·외국인사무소장", "출입국관리사무소장")),
                      lambda: place(rng) + pick(rng, ("구청장", "시장", "군수", "청장", "장")), lambda: pick(rng, people.CLASSES),
                      lambda: (lambda status: f"{status}({people.STATUSES[status]})")(pick(rng, list(people.STATUSES))), lambda: pick(rng, list(people.COUNTRIES)), lambda: nonsense(rng, 3) + "장"))()


def pair(rng):
    """A label and its value, taken for one line."""
    return label(rng) + pick(rng, (" ", "  ", ": ", "/")) + pick(rng, (name, date, number, latin, office))(rng)


def zone(rng):
    """A line of a machine-readable zone, or half of one."""
    surname, given = pick(rng, people.LATIN)
    name_ = (surname + "<<" + pick(rng, given.split("|"))).replace(" ", "<").replace("'", "")
    width = rng.choice((30, 36, 44))
    text = pick(rng, (lambda: "P" + pick(rng, LETTERS[10:36] + "<") + pick(rng, list(people.COUNTRIES.values())) + name_,
                      lambda: "".join(rng.choice(LETTERS[:36]) for _ in range(9)) + digits(rng, 1) + pick(rng, list(people.COUNTRIES.values())) + digits(rng, 7) + rng.choice("MF<") + digits(rng, 7),
                      lambda: name_, lambda: "".join(rng.choice(LETTERS[:36] + "<<<<") for _ in range(width))))()
    text = text.ljust(width, "<")[:width]
    start = rng.choice((0, 0, rng.randrange(width - 8)))
    return text[start:]


def scramble(rng):
    return "".join(rng.choice((pick(rng, SYLLABLES), pick(rng, LETTERS), pick(rng, MARKS[1:]))) for _ in range(rng.randrange(2, 8)))


MAKERS = ((name, 20), (address, 24), (date, 11), (number, 13), (latin, 18), (english, 8), (label, 7), (pair, 6), (zone, 4), (office, 10), (scramble, 4), (lambda rng: nonsense(rng, rng.randrange(1, 9)), 12))


def line(rng):
    """Text of a line; what the reader does not tell apart is OTHER by `code`."""
    maker = rng.choices([m for m, _ in MAKERS], [w for _, w in MAKERS])[0]
    text = maker(rng).strip()[:44].strip()
    return text or "가"


KNOWN = set(SYLLABLES) | set(MARKS) | set(LETTERS)
