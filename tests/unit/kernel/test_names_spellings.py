"""Families of spellings: each line is one name part as it is written in Arabic and in the languages around it."""

import pytest

from portal.kernel.finding.finder import search
from portal.kernel.finding.index import Index, build
from portal.kernel.names import Agreement, compare_part

# Common given names, and family names that nobody bears.
FAMILIES = [
    ["محمد", "مُحَمَّد", "محـمد", "Muhammad", "Mohammed", "Mohamed", "Mouhamed", "Mohamad"],
    ["أحمد", "احمد", "Ahmad", "Ahmed", "Ahmet", "Achmad", "Ehmed"],
    ["محمود", "Mahmoud", "Mahmud", "Mahmood", "Mehmûd", "Machmud"],
    ["عبد الرحمن", "عبدالرحمن", "عبد الرحمٰن", "Abdulrahman", "Abd al-Rahman", "Abdel Rahman", "Abderrahmane"],
    ["عبد الرحمن", "Abd ar-Rahman", "Abdurrahman", "Abdürrahman", "Abdul-Rahman", "Abdarrahman"],
    ["عبد الله", "عبدالله", "Abdullah", "Abdallah", "Abdalla", "Abdoullah", "Abd Allah", "Ebdullah"],
    ["عبد القادر", "عبدالقادر", "Abdulkader", "Abdel Kader", "Abdulqadir", "Abd el-Qader", "Abdelkader"],
    ["عبد العزيز", "عبدالعزيز", "Abdulaziz", "Abdel Aziz", "Abd al-Azîz", "Abdelaziz"],
    ["عبد السلام", "عبدالسلام", "Abdessalam", "Abd as-Salam", "Abdul Salam", "Abdussalam", "Abdeslam"],
    ["صلاح الدين", "صلاحالدين", "Salah al-Din", "Salah ad-Din", "Salaheddine", "Salahuddin", "Selahattin"],
    ["نور الدين", "Nur ad-Din", "Noureddine", "Nour Eddine", "Nureddin", "Nurettin", "Nooruddin"],
    ["نصر الله", "نصرالله", "Nasrallah", "Nasr Allah", "Nasralla", "Nasrullah"],
    ["عطا الله", "عطاالله", "Atallah", "Ata Allah", "Ataullah", "Attallah"],
    ["أبو الخير", "ابو الخير", "ابوالخير", "Abu al-Khair", "Aboul Kheir", "Abou el-Kheir", "Abulkhair"],
    ["أبو زهرون", "ابوزهرون", "Abu Zahroun", "Abou Zahroun", "Abuzahrun", "Ebu Zahrun"],
    ["أم النور", "ام النور", "Umm al-Nour", "Oum Nour", "Um Noor"],
    ["خالد", "Khaled", "Khalid", "Chaled", "Halid", "Xalid", "Khâled"],
    ["خليل", "Khalil", "Chalil", "Halil", "Xelîl", "Khaleel"],
    ["خضر", "Khodr", "Khidr", "Xidir", "Khoder"],
    ["جميل", "Jamil", "Djamil", "Dschamil", "Cemil", "Gamil", "Jameel"],
    ["جمال", "Jamal", "Djamal", "Dschamal", "Cemal", "Gamal", "Jemal"],
    ["جعفر", "Jaafar", "Djaafar", "Dschafar", "Cafer", "Ja'far", "Ja‘far"],
    ["جواد", "Jawad", "Djaouad", "Cevad", "Dschawad", "Gawad"],
    ["شريف", "Sharif", "Cherif", "Chérif", "Scharif", "Şerif", "Sherif"],
    ["شادي", "شادى", "شادی", "Shadi", "Chadi", "Schadi", "Şadi", "Shady"],
    ["شيخو", "Shekho", "Şêxo", "Cheikho", "Scheicho", "Shaykhu"],
    ["هشام", "Hisham", "Hicham", "Hischam", "Hişam", "Hesham"],
    ["رشيد", "Rashid", "Rachid", "Raschid", "Reşid", "Rasheed"],
    ["قاسم", "Qasim", "Kassem", "Qasem", "Kasım", "Kacem", "Qassim"],
    ["قصي", "قصى", "Qusai", "Koussay", "Kusay", "Qusay"],
    ["فاروق", "Farouk", "Faruk", "Farooq", "Faruq", "Farouq"],
    ["غسان", "Ghassan", "Gassan", "Ghasan"],
    ["غازي", "غازى", "Ghazi", "Gazi", "Ghazy"],
    ["حسين", "Hussein", "Hussain", "Husayn", "Hüseyin", "Houssein", "Husên"],
    ["حسن", "Hassan", "Hasan", "Hesen"],
    ["حمزة", "حمزه", "Hamza", "Hamzah", "Hamzeh"],
    ["صالح", "Saleh", "Salih", "Ṣāliḥ", "Salah"],
    ["طارق", "Tariq", "Tarek", "Tarık", "Tareq"],
    ["ضياء", "ضيا", "Diya", "Dia", "Dhiaa"],
    ["ظافر", "Zafer", "Dhafer", "Zafir", "Thafer"],
    ["ذياب", "Dhiab", "Diab", "Ziyab", "Thiab"],
    ["عثمان", "Othman", "Uthman", "Osman", "Outhman", "Ossman"],
    ["عمر", "Omar", "Umar", "Ömer", "Oumar", "‘Umar"],
    ["علي", "على", "علی", "Ali", "Aly", "Alî"],
    ["عائشة", "عايشه", "عائشه", "Aisha", "Aïcha", "Aischa", "Ayşe", "Aicha"],
    ["عيسى", "عيسي", "عیسی", "Issa", "Isa", "Eissa", "Aïssa", "Îsa"],
    ["سعيد", "Said", "Saeed", "Sa'id", "Saïd", "Sa‘īd"],
    ["إسماعيل", "اسماعيل", "أسماعيل", "Ismail", "Ismaïl", "Ismaeel", "İsmail", "Îsmaîl"],
    ["إبراهيم", "ابراهيم", "إبراهیم", "Ibrahim", "Ebrahim", "İbrahim", "Îbrahîm", "Ibraheem"],
    ["يوسف", "یوسف", "Youssef", "Yusuf", "Yousif", "Jussuf", "Yûsif"],
    ["يحيى", "يحيي", "Yahya", "Yehia", "Yahia", "Yehya"],
    ["مصطفى", "مصطفي", "مصطفی", "Mustafa", "Moustafa", "Moustapha", "Mostafa"],
    ["موسى", "موسي", "موسیٰ", "Musa", "Moussa", "Mousa", "Mûsa"],
    ["ليلى", "ليلي", "لیلی", "Layla", "Leila", "Laila", "Leyla"],
    ["مؤيد", "مويد", "Muayyad", "Moayad", "Mouayad"],
    ["رائد", "رايد", "Raed", "Raid", "Ra'ed"],
    ["لؤي", "لوي", "Louay", "Luay", "Loai", "Lu'ay"],
    ["فؤاد", "فواد", "Fouad", "Fuad", "Foued", "Fu'ad"],
    ["آمنة", "امنه", "آمنه", "Amna", "Amneh", "Amnah", "Emne"],
    ["فاطمة", "فاطمه", "فاطمة", "Fatima", "Fatma", "Fatimah", "Fatmeh", "Fatme"],
    ["كريم", "کریم", "ڪريم", "Karim", "Kareem", "Kerim", "Kerîm"],
    ["كمال", "کمال", "Kamal", "Kemal", "Camal"],
    ["وليد", "Walid", "Waleed", "Oualid", "Velid", "Welîd"],
    ["وائل", "وايل", "Wael", "Wail", "Ouael"],
    ["داود", "داوود", "Dawud", "Daoud", "Dawood", "Davud"],
    ["باسل", "Basel", "Basil", "Bassel", "Bassil"],
    ["ربيع", "Rabih", "Rabi", "Rabie", "Rabee"],
    ["نجيب", "Najib", "Nadjib", "Nadschib", "Necip", "Nagib", "Najeeb"],
    ["ثابت", "Thabet", "Thabit", "Tabet", "Sabit"],
    ["الزرقوني", "زرقوني", "الزرقونى", "al-Zarqouni", "az-Zarquni", "Alzarkuni", "el-Zarkouni"],
    ["الشمروخ", "شمروخ", "ash-Shamroukh", "al-Schamruch", "Chamroukh", "Alshamrukh", "Şamrux"],
    ["القنطوري", "القنطوری", "al-Qantouri", "el-Kantouri", "Alqanturi", "Kanturi"],
    ["الغزلوني", "al-Ghazlouni", "el-Gazlouni", "Alghazluni"],
    ["الطبشوري", "at-Tabshouri", "Tabchouri", "al-Tabschuri", "Altabshoori"],
    ["الجربوقي", "al-Jarbouqi", "Djarbouki", "Dscharbuqi", "El Garbouky"],
    ["چاوشين", "چاوشین", "جاوشين", "Chawshin", "Çawşîn"],
    ["پرويز", "برويز", "Parwiz", "Perwîz", "Barwiz"],
    ["گلزار", "كلزار", "Gulzar", "Golzar", "Gülzar"],
]
SPELLINGS = [(family[0], other) for family in FAMILIES for other in family[1:]]
OTHERS = ["سمير القنطوري", "Walid Zarqouni", "هدى الغزلوني"]


def test_there_are_families_enough() -> None:
    assert len(FAMILIES) >= 60


@pytest.mark.parametrize(("arabic", "other"), SPELLINGS)
def test_spellings_of_one_part_agree(arabic: str, other: str) -> None:
    assert compare_part(arabic, other).agreement is Agreement.AGREES


@pytest.fixture(scope="module")
def index() -> Index:
    """Every family once, all of one house, among others."""
    names = [f"{family[0]} الدربكاني" for family in FAMILIES] + OTHERS
    return build((number.to_bytes(16, "big"), name) for number, name in enumerate(names))


@pytest.mark.parametrize(("arabic", "other"), SPELLINGS)
def test_any_spelling_finds_the_name(index: Index, arabic: str, other: str) -> None:
    answers = search(index, f"{other} Derbakani", 5)
    meant = next(number for number, family in enumerate(FAMILIES) if family[0] == arabic)
    assert meant in [int.from_bytes(answer.key, "big") for answer in answers]
