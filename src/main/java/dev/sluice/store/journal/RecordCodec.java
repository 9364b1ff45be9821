package dev.sluice.store.journal;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.LedgerRow;
import dev.sluice.model.StableHash;
import dev.sluice.model.Usage;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The binary encoding of ledger rows: big-endian numbers; strings as length and UTF-8. One encoder per thread. */
final class RecordCodec {

    private static final byte VERSION = 2;
    /** The format before rows had identities. */
    private static final byte VERSION_WITHOUT_ID = 1;

    private static final int LONGEST_TEXT = 1024;
    private static final short ABSENT = -1;

    private static final int TEXTS = 11;

    /** Upper bound of the encoded size: three bytes per char, plus the numbers. */
    private static final int LARGEST = TEXTS * (3 * LONGEST_TEXT + 2) + 256;

    private final byte[] bytes = new byte[LARGEST];
    private final ByteBuffer out = ByteBuffer.wrap(bytes);

    /** The last decoded value of each string field except the request's id. */
    private final byte[][] lastUtf8 = new byte[TEXTS - 1][];

    private final String[] lastTexts = new String[TEXTS - 1];

    byte[] bytes() {
        return bytes;
    }

    /** Encodes a row into {@link #bytes}; returns the length. */
    int encode(LedgerRow named) {
        AttemptRecord row = named.attempt();
        out.clear().put(VERSION).putLong(named.id()).putLong(named.process());
        text(row.requestId());
        out.putInt(row.attempt());
        text(row.key());
        text(row.team());
        text(row.tier());
        text(row.route());
        text(row.provider());
        text(row.model());
        text(row.surface());
        usage(row.usage());
        out.putLong(row.costNanoUsd());
        text(row.costSource().name());
        text(row.outcome());
        text(row.errorCode());
        out.putInt(row.status())
                .putLong(row.startEpochMillis())
                .putLong(row.durationMillis())
                .putLong(row.firstTokenMillis());
        return out.position();
    }

    /** Decodes a row; null when no version of this program has written it. */
    LedgerRow decode(ByteBuffer in) {
        try {
            return switch (in.get()) {
                case VERSION -> new LedgerRow(in.getLong(), in.getLong(), read(in));
                case VERSION_WITHOUT_ID -> withDerivedId(read(in));
                default -> null;
            };
        } catch (BufferUnderflowException | IllegalArgumentException notOurs) {
            return null;
        }
    }

    /** Derives an identity that is the same each time the row is read. */
    private static LedgerRow withDerivedId(AttemptRecord row) {
        long hash = StableHash.of(row.requestId() + '/' + row.attempt());
        return LedgerRow.of(row, hash, hash);
    }

    private AttemptRecord read(ByteBuffer in) {
        return new AttemptRecord(
                text(bytes(in)),
                in.getInt(),
                repeatedText(bytes(in), 0),
                repeatedText(bytes(in), 1),
                repeatedText(bytes(in), 2),
                repeatedText(bytes(in), 3),
                repeatedText(bytes(in), 4),
                repeatedText(bytes(in), 5),
                repeatedText(bytes(in), 6),
                readUsage(in),
                in.getLong(),
                CostSource.valueOf(String.valueOf(repeatedText(bytes(in), 7))),
                repeatedText(bytes(in), 8),
                repeatedText(bytes(in), 9),
                in.getInt(),
                in.getLong(),
                in.getLong(),
                in.getLong());
    }

    private void usage(Usage usage) {
        out.putLong(usage.promptTokens())
                .putLong(usage.completionTokens())
                .putLong(usage.cachedTokens())
                .putLong(usage.cacheWriteTokens())
                .putLong(usage.reasoningTokens())
                .putLong(usage.costNanoUsd())
                .put((byte) (usage.known() ? 1 : 0));
    }

    private static Usage readUsage(ByteBuffer in) {
        return new Usage(
                in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.get() == 1);
    }

    /**
     * ASCII, which is nearly all text, is copied without an intermediate array. NUL is replaced, since PostgreSQL
     * rejects it.
     */
    private void text(String text) {
        if (text == null) {
            out.putShort(ABSENT);
            return;
        }
        int length = Math.min(text.length(), LONGEST_TEXT);
        int start = out.position();
        out.putShort((short) length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || c == 0) {
                out.position(start);
                otherText(text.substring(0, length).replace('\0', '?'));
                return;
            }
            out.put((byte) c);
        }
    }

    private void otherText(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.putShort((short) utf8.length).put(utf8);
    }

    private static byte[] bytes(ByteBuffer in) {
        short length = in.getShort();
        if (length == ABSENT) {
            return null;
        }
        byte[] utf8 = new byte[Math.min(length & 0xffff, in.remaining() + 1)];
        in.get(utf8);
        return utf8;
    }

    private static String text(byte[] utf8) {
        return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
    }

    /** Consecutive rows mostly have the same value, so the previous string is reused. */
    private String repeatedText(byte[] utf8, int column) {
        if (!Arrays.equals(utf8, lastUtf8[column])) {
            lastUtf8[column] = utf8;
            lastTexts[column] = text(utf8);
        }
        return lastTexts[column];
    }
}
