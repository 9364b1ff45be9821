package dev.sluice.protocol.json;

import dev.sluice.model.ByteSlice;

/**
 * An estimate of the memory that the tree of a JSON document takes, with the tree that is written from it. Dense
 * documents take a hundred times their own bytes: {@code [[[…]]]} is an array with a list for every two bytes.
 */
public final class TreeSize {

    /** An array or object, its empty collection and the one that is written from it. */
    private static final long BYTES_PER_CONTAINER = 192;

    /** An element or member: its node, and its entry in the collection. */
    private static final long BYTES_PER_VALUE = 64;

    private TreeSize() {}

    /** @param document well-formed JSON */
    public static long of(ByteSlice document) {
        byte[] bytes = document.array();
        int end = document.end();
        long containers = 0;
        long values = 1;
        for (int i = document.offset(); i < end; i++) {
            switch (bytes[i]) {
                case '{', '[' -> {
                    containers++;
                    values++;
                }
                case ',' -> values++;
                case '"' -> i = afterString(bytes, i + 1, end);
                default -> {}
            }
        }
        return containers * BYTES_PER_CONTAINER + values * BYTES_PER_VALUE;
    }

    /** The position of the closing quote. */
    private static int afterString(byte[] bytes, int from, int end) {
        int i = from;
        while (i < end && bytes[i] != '"') {
            i += bytes[i] == '\\' ? 2 : 1;
        }
        return i;
    }
}
