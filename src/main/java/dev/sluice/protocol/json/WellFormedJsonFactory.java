package dev.sluice.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A factory of generators that write U+FFFD for half of a surrogate pair, which the escapes of JSON can express and
 * UTF-8 cannot. Jackson alone would write it and the next character as another one, and strict providers refuse it
 * escaped.
 */
final class WellFormedJsonFactory extends JsonFactory {

    private static final long serialVersionUID = 1;

    private static final char REPLACEMENT = '\ufffd';

    WellFormedJsonFactory(JsonFactoryBuilder builder) {
        super(builder);
    }

    @Override
    protected JsonGenerator _createUTF8Generator(OutputStream out, IOContext context) throws IOException {
        return new WellFormedGenerator(super._createUTF8Generator(out, context));
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

    private static final class WellFormedGenerator extends JsonGeneratorDelegate {

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
}
