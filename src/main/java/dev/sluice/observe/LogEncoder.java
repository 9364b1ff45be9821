package dev.sluice.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.sluice.config.LogConfig;
import java.io.ByteArrayOutputStream;
import org.slf4j.event.KeyValuePair;

/** The encoder of application log events, in the same two formats as access lines. */
final class LogEncoder extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = new byte[0];

    private volatile LogConfig.Format format = LogConfig.Format.JSON;

    void setFormat(LogConfig.Format format) {
        this.format = format;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        LogLine line = LogLine.begin(
                        format, out, event.getTimeStamp(), event.getLevel().toString(), event.getLoggerName())
                .message(event.getFormattedMessage())
                .put("thread", event.getThreadName());
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                line.put(pair.key, String.valueOf(pair.value));
            }
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
