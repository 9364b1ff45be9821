package dev.sluice.protocol;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import dev.sluice.protocol.codec.RelayReader;
import dev.sluice.protocol.spi.Protocol;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.sse.EventFramer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads a relayed event stream of an unknown path: its bytes pass as they come, and usage is read beside them from
 * events of any known format. Events above {@link EventFramer#MAX_EVENT} end the reading, not the stream.
 */
final class RelayUsageReader implements StreamReader {

    private static final byte[] NEEDLE = "sage".getBytes(StandardCharsets.US_ASCII);

    private final RelayReader bytes = new RelayReader();
    private final EventFramer framer = new EventFramer();
    private final List<Protocol> formats;
    private Usage usage = Usage.UNKNOWN;

    RelayUsageReader(List<Protocol> formats) {
        this.formats = formats;
    }

    @Override
    public ByteSlice accept(ByteSlice chunk) {
        if (!framer.tooLarge()) {
            framer.feed(chunk);
            read();
            framer.release();
        }
        return bytes.accept(chunk);
    }

    @Override
    public ByteSlice finish() {
        if (!framer.tooLarge()) {
            framer.feed(framer.missingEnd());
            read();
        }
        return bytes.finish();
    }

    @Override
    public boolean started() {
        return bytes.started();
    }

    @Override
    public int events() {
        return bytes.events();
    }

    @Override
    public boolean complete() {
        return bytes.complete();
    }

    @Override
    public GatewayError error() {
        return null;
    }

    @Override
    public Usage usage() {
        return usage;
    }

    private void read() {
        while (framer.next()) {
            if (framer.hasData()) {
                ByteSlice data = framer.data();
                if (mayReportUsage(data)) {
                    usage = usage.highest(RelayUsage.of(data, formats));
                }
            }
        }
    }

    /** Most events report none: {@code usage}, {@code usageMetadata}. */
    private static boolean mayReportUsage(ByteSlice data) {
        byte[] array = data.array();
        for (int i = data.offset(); i <= data.end() - NEEDLE.length; i++) {
            if (array[i] == NEEDLE[0]
                    && array[i + 1] == NEEDLE[1]
                    && array[i + 2] == NEEDLE[2]
                    && array[i + 3] == NEEDLE[3]) {
                return true;
            }
        }
        return false;
    }
}
