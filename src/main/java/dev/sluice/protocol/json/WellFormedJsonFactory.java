package dev.sluice.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A factory of generators that write U+FFFD for half of a surrogate pair, which the escapes of JSON can express and
 * UTF-8 cannot. Jackson alone would write it and the next character as another one, and strict providers refuse it
 * escaped. In events of a stream a half at the edge of a text stays, escaped: its other half may be in the next event.
 */
final class WellFormedJsonFactory extends JsonFactory {

    private static final long serialVersionUID = 1;

    private static final char REPLACEMENT = '\ufffd';

    private final boolean events;

    /** @param events whether texts are parts of longer ones */
    WellFormedJsonFactory(JsonFactoryBuilder builder, boolean events) {
        super(builder);
        this.events = events;
    }

    @Override
    protected JsonGenerator _createUTF8Generator(OutputStream out, IOContext context) throws IOException {
        JsonGenerator json = super._createUTF8Generator(out, context);
        return events ? new EventGenerator(json) : new WellFormedGenerator(json);
    }

    /** The text with each half of a surrogate pair replaced; the same text when there is none. */
    static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!isPair(text, i)) {
                    return replaced(text, i);
                }
                i++;
            }
        }
        return text;
    }

    private static String replaced(String text, int from) {
        StringBuilder whole = new StringBuilder(text);
        for (int i = from; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (isPair(text, i)) {
                    i++;
                } else {
                    whole.setCharAt(i, REPLACEMENT);
                }
            }
        }
        return whole.toString();
    }

    private static boolean isPair(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1));
    }

    private static class WellFormedGenerator extends JsonGeneratorDelegate {

        WellFormedGenerator(JsonGenerator json) {
            super(json, false);
        }

        @Override
        public void writeFieldName(String name) throws IOException {
            super.writeFieldName(wellFormed(name));
        }

        @Override
        public void writeString(String text) throws IOException {
            super.writeString(text == null ? null : wellFormed(text));
        }
    }

    private static final class EventGenerator extends WellFormedGenerator {

        EventGenerator(JsonGenerator json) {
            super(json);
        }

        @Override
        public void writeString(String text) throws IOException {
            int end = text == null ? 0 : text.length();
            boolean low = end > 0 && Character.isLowSurrogate(text.charAt(0));
            boolean high = end > 0 && Character.isHighSurrogate(text.charAt(end - 1));
            if (!low && !high) {
                super.writeString(text);
                return;
            }
            String middle = wellFormed(text.substring(low ? 1 : 0, high ? end - 1 : end));
            super.writeRawValue('"'
                    + (low ? escaped(text.charAt(0)) : "")
                    + new String(JsonStringEncoder.getInstance().quoteAsString(middle))
                    + (high ? escaped(text.charAt(end - 1)) : "")
                    + '"');
        }

        private static String escaped(char half) {
            return String.format("\\u%04x", (int) half);
        }
    }
}
