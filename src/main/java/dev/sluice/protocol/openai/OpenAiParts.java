package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.Part;
import dev.sluice.model.chat.Part.Source;
import dev.sluice.model.chat.Turn.Role;
import dev.sluice.protocol.request.Place;
import java.util.ArrayList;
import java.util.List;

/** Reads a message's content: a text, or a list of parts. */
final class OpenAiParts {

    private OpenAiParts() {}

    static List<Part> read(Place content, Role role) {
        if (content.node().isTextual()) {
            return List.of(Part.Text.of(content.text()));
        }
        if (!content.node().isArray()) {
            throw content.wrong("a string or an array of parts");
        }
        List<Part> parts = new ArrayList<>();
        for (Place part : content.elements()) {
            parts.add(part(part, role));
        }
        return List.copyOf(parts);
    }

    private static Part part(Place part, Role role) {
        Place type = part.get("type");
        Place mark = part.find("cache_control");
        JsonNode cache = mark == null ? null : mark.node();
        return switch (type.text()) {
            case "text" -> new Part.Text(part.get("text").text(), List.of(), cache);
            case "image_url" -> image(part.get("image_url"), cache);
            case "file" -> file(part.get("file"), cache);
            case "input_audio" -> {
                Place audio = part.get("input_audio");
                String format = audio.get("format").text();
                yield new Part.Audio(
                        new Source("audio/" + format, audio.get("data").text(), null, null), format);
            }
            case "refusal" -> new Part.Refused(part.get("refusal").text());
            default ->
                throw type.invalid(
                        role == Role.USER
                                ? "one of text, image_url, input_audio, file"
                                : "one of text, image_url, file, refusal");
        };
    }

    /** Mistral takes a plain string as well. */
    private static Part image(Place image, JsonNode cache) {
        if (image.node().isTextual()) {
            return new Part.Image(Source.ofUrl(url(image)), null, cache);
        }
        return new Part.Image(Source.ofUrl(url(image.get("url"))), image.findText("detail"), cache);
    }

    private static String url(Place url) {
        String text = url.text();
        boolean known = text.startsWith("https://") || text.startsWith("http://") || text.startsWith("data:");
        if (!known || text.startsWith("data:") && Source.ofUrl(text).data() == null) {
            throw url.invalid("an http(s) URL or a data URL with base64");
        }
        return text;
    }

    private static Part file(Place file, JsonNode cache) {
        String filename = file.findText("filename");
        String id = file.findText("file_id");
        if (id != null) {
            return new Part.Document(new Source(null, null, null, id), filename, cache);
        }
        Place data = file.get("file_data");
        String text = data.text();
        Source source = Source.ofUrl(text);
        if (source.data() != null) {
            return new Part.Document(source, filename, cache);
        }
        if (text.startsWith("data:")) {
            throw data.invalid("base64, or a data URL with base64");
        }
        // OpenRouter takes a URL here; OpenAI bare base64, of a PDF.
        Source bare = text.startsWith("https://") || text.startsWith("http://")
                ? source
                : new Source("application/pdf", text, null, null);
        return new Part.Document(bare, filename, cache);
    }
}
