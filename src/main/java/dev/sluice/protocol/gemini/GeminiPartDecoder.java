package dev.sluice.protocol.gemini;

import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ContentPart.Source;
import dev.sluice.protocol.request.RequestValue;
import java.util.Locale;
import java.util.Map;

/** Decodes text and media parts of a client's request. */
final class GeminiPartDecoder {

    /** The subtypes of audio that have another name in other formats. */
    private static final Map<String, String> AUDIO =
            Map.of("mpeg", "mp3", "mpga", "mp3", "x-wav", "wav", "wave", "wav", "x-m4a", "m4a", "mp4", "m4a");

    private GeminiPartDecoder() {}

    static ContentPart decode(RequestValue part) {
        String text = part.findText("text");
        if (text != null) {
            return ContentPart.Text.of(text);
        }
        RequestValue data = GeminiValue.find(part, "inlineData");
        if (data != null) {
            String type = GeminiValue.get(data, "mimeType").text().toLowerCase(Locale.ROOT);
            return media(new Source(type, data.get("data").text(), null, null), type, name(data));
        }
        RequestValue file = GeminiValue.find(part, "fileData");
        if (file != null) {
            return file(file);
        }
        return new ContentPart.Native(GeminiProtocol.NAME, part.object());
    }

    private static ContentPart file(RequestValue file) {
        String type = GeminiValue.findText(file, "mimeType");
        String uri = GeminiValue.get(file, "fileUri").text();
        if (!uri.startsWith("https://") && !uri.startsWith("http://")
                || uri.contains("generativelanguage.googleapis.com")) {
            throw GeminiValue.get(file, "fileUri")
                    .unsupported("is not supported here: a file that is stored at Google can be read by Gemini only");
        }
        return media(new Source(type, null, uri, null), type == null ? "" : type.toLowerCase(Locale.ROOT), name(file));
    }

    private static ContentPart media(Source source, String type, String name) {
        if (type.startsWith("image/")) {
            return new ContentPart.Image(source, null, null);
        }
        if (type.startsWith("audio/")) {
            String subtype = type.substring("audio/".length());
            return new ContentPart.Audio(source, AUDIO.getOrDefault(subtype, subtype));
        }
        return new ContentPart.Document(source, name, null);
    }

    private static String name(RequestValue media) {
        return GeminiValue.findText(media, "displayName");
    }
}
