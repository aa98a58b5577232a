"""Made-up persons and what their documents say. Numbers carry the codes 97 to 99, which were never given to anybody."""
import datetime
from pathlib import Path

SURNAMES = ("김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 전 홍 유 고 문 양 손 배 백 허 남 심 노 하 곽 성 차 주 우 구 "
            "민 진 지 엄 채 원 천 방 공 현 함 변 염 여 추 도 소 석 선 설 마 길 연 위 표 명 기 반 나 왕 금 옥 육 인 맹 제 모 탁 국 "
            "어 은 편 용 예 경 봉 사 부 가 복 태 목 형 피 두 감 음 빈 동 남궁 황보 제갈 사공 선우 서문 독고").split()
GIVEN = "가 건 경 광 규 나 다 대 도 동 란 래 린 명 미 민 범 별 병 보 빈 상 서 선 성 세 소 솔 수 순 승 시 아 연 영 예 옥 완 용 우 원 유 윤 은 의 인 재 정 제 종 주 준 지 진 찬 창 채 천 철 태 하 한 해 현 형 혜 호 화 환 훈 휘 희".split()
HANJA = "金李朴崔鄭姜趙尹張林韓吳徐申權黃安宋全洪秀英俊瑞賢智敏宇珍美慶成浩哲淑貞姬恩惠在昌"
ROADS = ("세종대 테헤란 을지 퇴계 한강대 강남대 올림픽 백제고분 중앙 대학 시청 공원 서문 동문 남문 북문 해안 강변 산성 사임당 월드컵 디지털 벚꽃 "
         "학동 논현 봉은사 도산대 언주 선릉 삼성 영동대 광나루 자양 능동 천호대 성내 풍납 오금 송이 새말 은행나무 느티나무 소나무 매화 진달래").split()
DONGS = "역삼 삼성 대치 논현 신사 서초 반포 잠원 방배 양재 사당 흑석 상도 신림 봉천 목 신정 화곡 등촌 가양 공덕 아현 합정 망원 연남 성산 중앙 본 신흥 교 원당 백석".split()
HOUSES = "래미안 자이 푸르지오 힐스테이트 주공 현대 삼익 우성 롯데캐슬 아이파크 더샵 한신 청구 신동아 미도 은마 장미 개나리 빌라 연립 한양 벽산".split()
COUNTRIES = {"CHINA": "CHN", "VIETNAM": "VNM", "UZBEKISTAN": "UZB", "PHILIPPINES": "PHL", "NEPAL": "NPL", "INDONESIA": "IDN", "CAMBODIA": "KHM",
             "MONGOLIA": "MNG", "JAPAN": "JPN", "UNITED STATES": "USA", "CANADA": "CAN", "THAILAND": "THA", "RUSSIA": "RUS", "INDIA": "IND",
             "BANGLADESH": "BGD", "PAKISTAN": "PAK", "MYANMAR": "MMR", "SRI LANKA": "LKA", "UNITED KINGDOM": "GBR", "FRANCE": "FRA", "AUSTRALIA": "AUS"}
LATIN = [("NGUYEN", "VAN|THI|DUC|MINH|HUONG|LAN|ANH|TUAN"), ("TRAN", "VAN|THI|QUANG|HOA|MAI"), ("LI", "NA|WEI|XIAOMING|JING|LEI"), ("WANG", "FANG|YAN|TAO|XIULAN"),
         ("ZHAO", "MIN|JUN|YUTONG"), ("SILVA", "KAMAL|NIMALI|RUWAN"), ("TANAKA", "YUKI|KENTA|SAKURA"), ("YAMAMOTO", "AOI|DAIKI"), ("KIM", "OLGA|SERGEI|LARISA"),
         ("PETROV", "IVAN|ANDREI|MIKHAIL"), ("JOHNSON", "MARY|JAMES|EMMA GRACE"), ("MILLER", "DAVID|SARAH JANE"), ("GURUNG", "BISHNU|SITA|RAM BAHADUR"),
         ("KARIMOVA", "DILNOZA|GULNORA"), ("BATBAYAR", "ENKHTUYA|BOLD"), ("REYES", "MARK ANTHONY|ANA LIZA"), ("PHAM", "NGOC|VAN HUNG"), ("O'BRIEN", "SEAN|CLARE"),
         ("DE SOUZA", "PAULO|LUCIA"), ("RAHMAN", "MD ABDUL|FATEMA"), ("SOK", "CHANTHA|DARA"), ("WU", "QI|LI"), ("HA", "VY|AN")]
ROMAN = {"김": "KIM", "이": "LEE", "박": "PARK", "최": "CHOI", "정": "JUNG", "강": "KANG", "조": "CHO", "윤": "YOON", "장": "JANG", "임": "LIM", "한": "HAN", "오": "OH"}
INITIAL = "G KK N D TT R M B PP S SS  J JJ CH K T P H".split(" ")
VOWEL = "A AE YA YAE EO E YEO YE O WA WAE OE YO U WO WE WI YU EU UI I".split()
FINAL = " K K K N N N T L K M L L L P L M P P T T NG T T K T P T".split(" ")
CLASSES = ["1종보통", "2종보통", "2종보통", "1종보통", "1종대형", "1종특수", "2종소형", "원동기", "1종대형 1종보통", "2종보통 1종보통", "1종보통 2종소형",
           "1종대형 1종보통 2종소형", "1종보통 2종보통 원동기", "2종원동기장치자전거", "1종보통 대형견인"]
REGIONS = {11: "서울", 12: "부산", 13: "경기", 14: "강원", 15: "충북", 16: "충남", 17: "전북", 18: "전남", 19: "경북", 20: "경남", 21: "제주", 22: "대구", 23: "인천",
           24: "광주", 25: "대전", 26: "울산", 28: "경기북부"}
STATUSES = {"재외동포": "F-4", "영주": "F-5", "결혼이민": "F-6", "거주": "F-2", "비전문취업": "E-9", "유학": "D-2", "특정활동": "E-7", "방문취업": "H-2", "방문동거": "F-1"}
IMMIGRATION = "서울 서울남부 인천 수원 부산 대전 대구 광주 창원 전주 청주 제주 울산 김해 양주".split()


def romanise(text):
    said = ""
    for letter in text:
        code = ord(letter) - 0xAC00
        said += INITIAL[code // 588] + VOWEL[code % 588 // 28] + FINAL[code % 28]
    return said


def provinces():
    """[(today's name, what it was called, districts)]"""
    table = []
    for line in (Path(__file__).resolve().parents[2] / "src" / "doc" / "districts.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or ":" not in line:
            continue
        name, places = line.split(":", 1)
        now, _, before = name.rstrip(")").partition("(")
        table.append((now, before or now, [place.strip() for place in places.split(",") if place.strip()]))
    return table


PROVINCES = provinces()


def date_between(rng, first, last):
    return datetime.date(first, 1, 1) + datetime.timedelta(days=rng.randrange((last - first) * 365))


def korean_name(rng):
    surname = rng.choice(SURNAMES[:30]) if rng.random() < .6 else rng.choice(SURNAMES)
    syllables = rng.choices((1, 2, 3), (6, 92, 2))[0]
    return surname, "".join(rng.choice(GIVEN) for _ in range(syllables))


def id_number(rng, birth, sex, foreigner=False):
    century = {False: {18: (9, 0), 19: (1, 2), 20: (3, 4)}, True: {19: (5, 6), 20: (7, 8)}}[foreigner][birth.year // 100]
    digits = birth.strftime("%y%m%d") + str(century[sex == "F"]) + str(rng.choice((97, 98, 99))) + f"{rng.randrange(1000):03d}"
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    check = ((13 if foreigner else 11) - sum(int(d) * w for d, w in zip(digits, weights)) % 11) % 10
    return digits[:6] + "-" + digits[6:] + str(check if rng.random() < .7 else rng.randrange(10))


def address(rng, province, old):
    name = province[1] if old else province[0]
    words = [name] + ([rng.choice(province[2])] if province[2] else [])
    if rng.random() < .12 and "군" in words[-1]:
        words.append(rng.choice(DONGS) + rng.choice(("면", "읍")))
    road = rng.choice(ROADS) + rng.choice(("로", "로", "길"))
    if road.endswith("로") and rng.random() < .4:
        road += f"{rng.randrange(2, 120)}" + rng.choice(("길", "번길", "가길"))
    words.append(road)
    number = str(rng.randrange(1, 600)) + (f"-{rng.randrange(1, 60)}" if rng.random() < .3 else "")
    house = rng.random()
    if house < .55:
        words += [number + ",", f"{rng.randrange(101, 140)}동", f"{rng.randrange(1, 26)}{rng.randrange(1, 9):02d}호"]
    elif house < .75:
        words += [number + ",", f"{rng.randrange(1, 6)}층"] if rng.random() < .3 else [number + ",", f"{rng.randrange(101, 600)}호"]
    else:
        words += [number]
    if rng.random() < .85:
        inside = rng.choice(DONGS) + rng.choice(("동", "동", "동1가", "리"))
        words.append("(" + inside + (", " + rng.choice(HOUSES) + rng.choice(("", "아파트")) if house < .55 and rng.random() < .7 else "") + ")")
    return " ".join(words)


def office(rng, province, old):
    """Who gave a resident card out."""
    name = province[1] if old else province[0]
    if not province[2]:
        return name + "장"
    place = rng.choice(province[2]).split(" ")[0]
    return f"{name} {place}" + ("청장" if place.endswith("구") else "장" if place.endswith("시") else "수")


def police(rng):
    region = rng.choice(PROVINCES)
    old = rng.random() < .4
    if old:
        short = {"서울특별시": "서울", "부산광역시": "부산", "대구광역시": "대구", "인천광역시": "인천", "광주광역시": "광주", "대전광역시": "대전", "울산광역시": "울산",
                 "강원특별자치도": "강원", "충청북도": "충북", "충청남도": "충남", "전북특별자치도": "전북", "전라남도": "전남", "경상북도": "경북", "경상남도": "경남",
                 "제주특별자치도": "제주"}.get(region[0], "경기남부")
        return short + "지방경찰청장"
    if region[0] == "경기도":
        return rng.choice(("경기도남부경찰청장", "경기도북부경찰청장"))
    return (region[0] if not region[0].startswith("세종") else "서울특별시") + "경찰청장"


def check_digit(text):
    value = {**{str(d): d for d in range(10)}, **{chr(65 + k): 10 + k for k in range(26)}, "<": 0}
    return str(sum(value[c] * (7, 3, 1)[k % 3] for k, c in enumerate(text)) % 10)


def zone_name(surname, given, width):
    clean = lambda text: text.replace("'", "").replace(" ", "<").replace("-", "<")
    return (clean(surname) + "<<" + clean(given)).ljust(width, "<")[:width]


def td3(p):
    number = p["number"].ljust(9, "<")
    personal = p["personal_no"].ljust(14, "<")
    birth, expiry = p["birth_date"][2:].replace("-", ""), p["expiry_date"][2:].replace("-", "")
    check = check_digit(personal) if p["personal_no"] else p["empty_check"]
    second = number + check_digit(number) + p["nationality"] + birth + check_digit(birth) + p["sex"] + expiry + check_digit(expiry) + personal + check
    return [p["code"].ljust(2, "<") + p["country"] + zone_name(p["surname"], p["given_names"], 39),
            second + check_digit(second[:10] + second[13:20] + second[21:43])]


def td2(p):
    number, birth, expiry = p["number"].ljust(9, "<"), p["birth_date"][2:].replace("-", ""), p["expiry_date"][2:].replace("-", "")
    second = number + check_digit(number) + p["nationality"] + birth + check_digit(birth) + p["sex"] + expiry + check_digit(expiry) + "<" * 7
    return [p["code"].ljust(2, "<") + p["country"] + zone_name(p["surname"], p["given_names"], 31),
            second + check_digit(second[:10] + second[13:20] + second[21:35])]


def td1(p):
    number, birth, expiry = p["number"].ljust(9, "<"), p["birth_date"][2:].replace("-", ""), p["expiry_date"][2:].replace("-", "")
    first = p["code"].ljust(2, "<") + p["country"] + number + check_digit(number) + "<" * 15
    second = birth + check_digit(birth) + p["sex"] + expiry + check_digit(expiry) + p["nationality"] + "<" * 11
    return [first, second + check_digit(first[5:] + second[:7] + second[8:15] + second[18:29]), zone_name(p["surname"], p["given_names"], 30)]


def person(kind, rng):
    """The truth of one document."""
    sex = rng.choice("MF")
    if kind in ("resident", "resident_back", "driver", "driver_back"):
        birth = date_between(rng, 1940, 2007)
        surname, given = korean_name(rng)
        issued = date_between(rng, max(2000, birth.year + 18), 2026)
        province = rng.choice(PROVINCES)
        old = issued.year < 2023
        truth = {"name": surname + given, "name_hanja": "".join(rng.choice(HANJA) for _ in surname + given), "rrn": id_number(rng, birth, sex), "birth_date": str(birth),
                 "sex": sex, "address": address(rng, province, old), "issue_date": str(issued)}
        if kind == "driver":
            region, year = rng.choice(list(REGIONS)), rng.randrange(75, 126) % 100
            tail = f"{year:02d}-{rng.randrange(1000000):06d}-{rng.randrange(100):02d}"
            until = issued.year + 10
            truth |= {"license_no": f"{region}-{tail}", "license_no_printed": f"{REGIONS[region]} {tail}" if issued.year < 2010 else f"{region}-{tail}",
                      "license_class": rng.choice(CLASSES), "aptitude_from": f"{until}-01-01", "aptitude_to": f"{until}-12-31", "issuer": police(rng),
                      "serial": "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(rng.choice((5, 6)))), "condition": rng.choice(("", "", "A"))}
        elif kind == "resident_back":
            truth["changes"] = [[str(max(issued, date_between(rng, issued.year, 2026))), address(rng, rng.choice(PROVINCES), False)] for _ in range(rng.randrange(1, 4))]
            truth["changes"].sort()
            truth["address"] = truth["changes"][-1][1]
        else:
            truth["issuer"] = office(rng, province, old)
        return truth
    surname, given = rng.choice(LATIN)
    given = " ".join(rng.sample(given.split("|"), rng.choice((1, 1, 2))))
    country = rng.choice(list(COUNTRIES))
    birth = date_between(rng, 1945, 2006)
    if kind == "alien":
        status = rng.choice(list(STATUSES))
        return {"name": f"{surname} {given}", "country": country, "sex": sex, "birth_date": str(birth), "reg_no": id_number(rng, birth, sex, True),
                "status": f"{status}({STATUSES[status]})", "issue_date": str(date_between(rng, 2008, 2026)),
                "issuer": rng.choice(IMMIGRATION) + rng.choice(("출입국·외국인청장", "출입국·외국인청장", "출입국·외국인사무소장", "출입국관리사무소장"))}
    years = 10 if rng.random() < .8 else 5
    issued = date_between(rng, 2027 - years, 2026)
    expiry = datetime.date(issued.year + years, issued.month, min(issued.day, 28))
    truth = {"surname": surname, "given_names": given, "sex": sex, "birth_date": str(birth), "issue_date": str(issued), "expiry_date": str(expiry), "personal_no": "",
             "empty_check": rng.choice("<0"), "country": COUNTRIES[country], "nationality": COUNTRIES[country], "nat_text": country, "code": "P",
             "number": rng.choice(("", "A", "E", "AB", "N")) + f"{rng.randrange(10**7):07d}", "name_kor": "", "authority": "PASSPORT OFFICE"}
    if kind == "passport" and rng.random() < .6:
        surname, given = korean_name(rng)
        new = issued.year >= 2022
        truth |= {"name_kor": surname + given, "surname": ROMAN.get(surname, romanise(surname)), "country": "KOR", "nationality": "KOR", "nat_text": "REPUBLIC OF KOREA",
                  "given_names": rng.choice((" ", "")).join(romanise(letter) for letter in given), "code": "PM", "authority": "MINISTRY OF FOREIGN AFFAIRS",
                  "number": f"M{rng.randrange(1000):03d}{rng.choice('ABCDEFGHJKLMNPRSTUVWXYZ')}{rng.randrange(10000):04d}" if new else f"M{rng.randrange(10**8):08d}",
                  "personal_no": "" if issued.year >= 2021 else str(rng.choice((1, 2))) + "97" + f"{rng.randrange(10000):04d}"}
    if kind in ("td1", "td2"):
        truth["code"] = rng.choice(("I", "ID", "AC"))
        truth["number"] = truth["number"][:9]
    truth["number"] = truth["number"][:9]
    lines = {"passport": td3, "td1": td1, "td2": td2}[kind](truth)
    for k, line in enumerate(lines):
        truth[f"mrz{k + 1}"] = line
    truth.pop("empty_check")
    truth["given_names"] = truth["given_names"].replace("'", "").replace("-", " ")
    truth["surname"] = truth["surname"].replace("'", "")
    return truth
