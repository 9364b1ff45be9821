package dev.sluice.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.sluice.config.LogConfig;
import dev.sluice.model.LogRate;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * The encoder of application log events, in the same two formats as access lines. Of each logger of a library it writes
 * one line per second, and the number of suppressed ones: libraries log what clients and providers bring about.
 *
 * <p>Vert.x logs as an error what a peer does to its connection, such as a violation of HTTP/2. These lines are written
 * as INFO.
 */
final class LogEncoder extends EncoderBase<ILoggingEvent> {

    private static final String OURS = "dev.sluice";
    private static final String PEERS = "io.vertx.core.net.impl.ConnectionBase";
    private static final byte[] NOTHING = new byte[0];

    /** By logger of a library. Loggers are named after classes, so there are few. */
    private final Map<String, LogRate> rates = new ConcurrentHashMap<>();

    private volatile LogConfig.Format format = LogConfig.Format.JSON;

    void setFormat(LogConfig.Format format) {
        this.format = format;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        boolean ofPeer = event.getLoggerName().equals(PEERS);
        if (ofPeer && !LoggerFactory.getLogger(OURS).isInfoEnabled()) {
            return NOTHING;
        }
        long suppressed = event.getLoggerName().startsWith(OURS)
                ? 0
                : rates.computeIfAbsent(event.getLoggerName(), name -> new LogRate())
                        .admit();
        if (suppressed == LogRate.SUPPRESSED) {
            return NOTHING;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        LogLine line = LogLine.begin(
                        format,
                        out,
                        event.getTimeStamp(),
                        (ofPeer ? Level.INFO : event.getLevel()).toString(),
                        event.getLoggerName())
                .message(event.getFormattedMessage())
                .put("thread", event.getThreadName());
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                line.put(pair.key, String.valueOf(pair.value));
            }
        }
        if (suppressed > 0) {
            line.put("suppressed", suppressed);
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.stack(StackTraceText.of(thrown));
        }
        line.end();
        return out.toByteArray();
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
