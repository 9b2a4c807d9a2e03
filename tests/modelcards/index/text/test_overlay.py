"""Cards that change after the index was built."""

import threading

from modelcards.index.text import TextIndex, TextRow, catalog

FALCON = TextRow(1, "Falcon 7B", "falcon-7b", ("TII",), "Refined web data.")
GEMMA = TextRow(2, "Gemma 2B", "gemma-2b", ("Google",), "Lightweight.")


def make_index(directory):
    return TextIndex.build(directory, [FALCON, GEMMA])


def test_a_changed_card_is_found_by_its_new_words_only(tmp_path):
    index = make_index(tmp_path)
    index.replace(TextRow(1, "Osprey 7B", "osprey-7b", ("TII",), "Curated data."))
    assert not index.search("falcon").found
    assert not index.search("refined").found
    assert list(index.search("ospre").found) == [1]
    assert list(index.search("osprye").found) == [1]
    assert list(index.search("curated").found) == [1]


def test_a_card_changed_twice_and_removed_is_gone(tmp_path):
    index = make_index(tmp_path)
    for name in ("Osprey", "Eagle"):
        index.replace(TextRow(1, name, name.lower(), (), ""))
    assert not index.search("osprey").found
    index.remove(1)
    assert not index.search("eagle").found
    assert list(index.search("7b").found) == []


def test_a_new_card_is_found_and_what_was_removed_can_come_back(tmp_path):
    index = make_index(tmp_path)
    index.replace(TextRow(3, "文心一言", "ernie-bot", ("百度",), ""))
    index.remove(2)
    assert list(index.search("文心").found) == [3]
    assert not index.search("gemma").found
    index.replace(GEMMA)
    assert list(index.search("gemma").found) == [2]


def test_a_result_held_does_not_change_with_the_cards(tmp_path):
    index = make_index(tmp_path)
    before = index.search("falcon")
    index.remove(1)
    assert list(before.found) == [1]
    index.replace(FALCON)
    now = index.search("falcon")
    index.replace(TextRow(4, "Falcon 40B", "falcon-40b", (), ""))
    assert list(now.found) == [1]
    assert list(index.search("falcon").found) == [1, 4]


def test_the_overlay_says_how_large_it_is_and_when_to_build_again(tmp_path, monkeypatch):
    monkeypatch.setattr(catalog, "OVERLAY_LEAST", 2)
    index = make_index(tmp_path)
    index.replace(FALCON)
    index.remove(1)
    index.remove(7)
    assert (index.overlay_size, index.rebuild_due) == (2, False)
    index.replace(GEMMA)
    assert (index.overlay_size, index.rebuild_due) == (3, True)


def test_threads_search_while_cards_change(tmp_path):
    index = make_index(tmp_path)
    failures = []

    def search():
        for number in range(200):
            found = index.search(f"gemma {'x' * (number % 3)}".strip()).found
            if number % 3 == 0 and 2 not in found:
                failures.append(number)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(200):
        index.replace(TextRow(100 + number, f"Model {number}", f"model-{number}", (), "text " * 20))
    for thread in threads:
        thread.join()
    assert not failures
