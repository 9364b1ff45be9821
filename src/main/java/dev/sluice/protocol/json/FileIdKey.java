package dev.sluice.protocol.json;

/** The keys {@code file_id} and {@code file_ids} in any spelling that a lenient reader may accept. */
final class FileIdKey {

    private static final byte[] LETTERS = {'f', 'i', 'l', 'e', 'i', 'd', 's'};

    private FileIdKey() {}

    /**
     * Whether a key without escapes may be such a spelling: its letters are in any case, with {@code _} and {@code -}
     * anywhere, or some of them are not ASCII. Called for every key of a body: most differ in the first letter.
     */
    static boolean maySpell(byte[] bytes, int from, int to) {
        int first = bytes[from] | 0x20;
        return (first == 'f' || first < 'a' || first > 'z') && compareLetters(bytes, from, to);
    }

    private static boolean compareLetters(byte[] bytes, int from, int to) {
        int spelled = 0;
        for (int i = from; i < to; i++) {
            byte c = bytes[i];
            if (c < 0) {
                return true;
            }
            if (c != '_' && c != '-') {
                if (spelled == LETTERS.length || (c | 0x20) != LETTERS[spelled]) {
                    return false;
                }
                spelled++;
            }
        }
        return spelled >= LETTERS.length - 1;
    }
}
