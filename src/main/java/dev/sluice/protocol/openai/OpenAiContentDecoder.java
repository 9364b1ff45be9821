package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.ChatMessage.Role;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ContentPart.Source;
import dev.sluice.protocol.request.RequestValue;
import java.util.ArrayList;
import java.util.List;

/** Reads the content of a message: a string or a list of parts. */
final class OpenAiContentDecoder {

    private OpenAiContentDecoder() {}

    static List<ContentPart> read(RequestValue content, Role role) {
        if (content.node().isTextual()) {
            return List.of(ContentPart.Text.of(content.text()));
        }
        if (!content.node().isArray()) {
            throw content.wrongType("a string or an array of parts");
        }
        List<ContentPart> parts = new ArrayList<>();
        for (RequestValue part : content.elements()) {
            parts.add(part(part, role));
        }
        return List.copyOf(parts);
    }

    private static ContentPart part(RequestValue part, Role role) {
        RequestValue type = part.get("type");
        RequestValue cacheControl = part.find("cache_control");
        JsonNode cache = cacheControl == null ? null : cacheControl.node();
        return switch (type.text()) {
            case "text" -> new ContentPart.Text(part.get("text").text(), List.of(), cache);
            case "image_url" -> image(part.get("image_url"), cache);
            case "file" -> file(part.get("file"), cache);
            case "input_audio" -> {
                RequestValue audio = part.get("input_audio");
                String format = audio.get("format").text();
                yield new ContentPart.Audio(
                        new Source("audio/" + format, audio.get("data").text(), null, null), format);
            }
            case "refusal" -> new ContentPart.Refusal(part.get("refusal").text());
            default -> {
                if (role == Role.ASSISTANT && type.text().equals("thinking")) {
                    yield thinking(part);
                }
                throw type.invalid(
                        role == Role.USER
                                ? "one of text, image_url, input_audio, file"
                                : "one of text, image_url, file, refusal");
            }
        };
    }

    /** The reasoning of Mistral's models, as its own clients send it back. */
    private static ContentPart thinking(RequestValue part) {
        StringBuilder text = new StringBuilder();
        for (RequestValue piece : part.get("thinking").elements()) {
            String more = piece.findText("text");
            text.append(more == null ? "" : more);
        }
        return new ContentPart.Reasoning(text.toString(), null);
    }

    /** Mistral also accepts a plain string. */
    private static ContentPart image(RequestValue image, JsonNode cache) {
        if (image.node().isTextual()) {
            return new ContentPart.Image(Source.ofUrl(url(image)), null, cache);
        }
        return new ContentPart.Image(Source.ofUrl(url(image.get("url"))), image.findText("detail"), cache);
    }

    private static String url(RequestValue url) {
        String text = url.text();
        boolean known = text.startsWith("https://") || text.startsWith("http://") || Source.isDataUrl(text);
        if (!known || Source.isDataUrl(text) && Source.ofUrl(text).data() == null) {
            throw url.invalid("an http(s) URL or a data URL with base64");
        }
        return text;
    }

    private static ContentPart file(RequestValue file, JsonNode cache) {
        String filename = file.findText("filename");
        String id = file.findText("file_id");
        if (id != null) {
            return new ContentPart.Document(new Source(null, null, null, id), filename, cache);
        }
        RequestValue data = file.get("file_data");
        String text = data.text();
        Source source = Source.ofUrl(text);
        if (source.data() != null) {
            return new ContentPart.Document(source, filename, cache);
        }
        if (Source.isDataUrl(text)) {
            throw data.invalid("base64, or a data URL with base64");
        }
        // OpenRouter accepts a URL here; OpenAI accepts bare base64 of a PDF.
        Source bare = text.startsWith("https://") || text.startsWith("http://")
                ? source
                : new Source("application/pdf", text, null, null);
        return new ContentPart.Document(bare, filename, cache);
    }
}
