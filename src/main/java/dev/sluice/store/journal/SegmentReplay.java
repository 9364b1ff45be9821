package dev.sluice.store.journal;

import dev.sluice.model.LedgerRow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reader of a segment that a dead process has left. */
final class SegmentReplay {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentReplay.class);

    private SegmentReplay() {}

    /**
     * The complete rows of the segment. A row that was being written when the process died was never acknowledged and
     * is skipped; rows after it may be complete, since several threads were writing.
     */
    static List<LedgerRow> rows(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        List<LedgerRow> rows = new ArrayList<>();
        if (bytes.length < Frames.HEADER || in.getLong(0) != Frames.MAGIC) {
            warnOfDamage(file, in);
            return rows;
        }
        long salt = in.getLong(8);
        CRC32C crc = new CRC32C();
        RecordCodec codec = new RecordCodec();
        int torn = 0;
        int position = Frames.HEADER;
        while (position + Frames.WORD <= bytes.length) {
            long word = in.getLong(position);
            if (word != 0 && isWhole(bytes, word, position, salt, crc)) {
                int length = Frames.length(word);
                LedgerRow row = codec.decode(ByteBuffer.wrap(bytes, position + Frames.WORD, length));
                if (row != null) {
                    rows.add(row);
                }
                position += Frames.size(length);
            } else {
                torn += word == 0 ? 0 : 1;
                position += Frames.WORD;
            }
        }
        if (torn > 0) {
            LOG.warn("{}: skipped {} words of unfinished rows", file.getFileName(), torn);
        }
        return rows;
    }

    /** Without the header, rows are not recognizable. A file that was never written to has zeros only. */
    private static void warnOfDamage(Path file, ByteBuffer in) {
        int words = 0;
        for (int at = 0; at < in.limit(); at += Frames.WORD) {
            long word = at + Frames.WORD <= in.limit() ? in.getLong(at) : in.get(at);
            words += word == 0 ? 0 : 1;
        }
        if (words > 0) {
            LOG.warn(
                    "{}: its header is damaged, so its rows are lost; skipped {} words of them",
                    file.getFileName(),
                    words);
        }
    }

    private static boolean isWhole(byte[] bytes, long word, int position, long salt, CRC32C crc) {
        int length = Frames.length(word);
        return length > 0
                && length <= bytes.length - position - Frames.WORD
                && (int) word == Frames.checksum(crc, salt, position, bytes, position + Frames.WORD, length);
    }
}
