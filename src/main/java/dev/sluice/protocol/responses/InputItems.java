package dev.sluice.protocol.responses;

import dev.sluice.model.ByteSlice;
import java.util.ArrayList;
import java.util.List;

/** Items of inputs, as the text of JSON arrays without their brackets. */
final class InputItems {

    private static final ByteSlice COMMA = ByteSlice.of(",");
    private static final ByteSlice BEFORE_TEXT = ByteSlice.of("{\"role\":\"user\",\"content\":");
    private static final ByteSlice AFTER_TEXT = ByteSlice.of("}");

    private InputItems() {}

    /** Of the value of {@code input}: a plain text is a message of the user. Null when it is neither text nor array. */
    static ByteSlice of(ByteSlice value) {
        return switch (value.array()[value.offset()]) {
            case '[' -> new ByteSlice(value.array(), value.offset() + 1, value.length() - 2);
            case '"' -> ByteSlice.joined(List.of(BEFORE_TEXT, value, AFTER_TEXT));
            default -> null;
        };
    }

    /** The parts of one text with all items: a comma between each two pieces, and none for a piece without items. */
    static List<ByteSlice> separated(List<ByteSlice> pieces) {
        List<ByteSlice> parts = new ArrayList<>(2 * pieces.size());
        for (ByteSlice piece : pieces) {
            if (!isBlank(piece)) {
                if (!parts.isEmpty()) {
                    parts.add(COMMA);
                }
                parts.add(piece);
            }
        }
        return parts;
    }

    private static boolean isBlank(ByteSlice text) {
        for (int i = text.offset(); i < text.end(); i++) {
            if (text.array()[i] > ' ') {
                return false;
            }
        }
        return true;
    }
}
