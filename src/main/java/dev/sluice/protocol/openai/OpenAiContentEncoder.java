package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ChatVariant;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.List;

/** Writes the content of a message. */
final class OpenAiContentEncoder {

    private final UpstreamModel model;
    private final ChatVariant variant;
    private final DroppedParameters dropped;

    OpenAiContentEncoder(UpstreamModel model, ChatVariant variant, DroppedParameters dropped) {
        this.model = model;
        this.variant = variant;
        this.dropped = dropped;
    }

    /** @param user whether parts other than text are allowed */
    JsonNode write(List<ContentPart> parts, boolean user) {
        ArrayNode list = Json.array();
        boolean textOnly = true;
        for (ContentPart part : parts) {
            ObjectNode written = part(part, user);
            if (written != null) {
                list.add(written);
                textOnly &= written.path("type").asText().equals("text");
            }
        }
        if (list.isEmpty()) {
            return list.textNode("");
        }
        boolean cached = variant.cacheControl() && list.findValue("cache_control") != null;
        if (textOnly && !cached && (list.size() == 1 || !variant.partLists())) {
            return list.textNode(joined(list));
        }
        return list;
    }

    private static String joined(ArrayNode texts) {
        StringBuilder joined = new StringBuilder();
        for (JsonNode text : texts) {
            String more = text.get("text").textValue();
            boolean separated = joined.isEmpty() || more.isEmpty() || joined.charAt(joined.length() - 1) <= ' ';
            joined.append(separated ? "" : "\n").append(more);
        }
        return joined.toString();
    }

    private ObjectNode part(ContentPart part, boolean user) {
        return switch (part) {
            case ContentPart.Text text -> {
                if (!text.citations().isEmpty()) {
                    dropped.dropped("messages.citations");
                }
                yield withCacheControl(Json.object().put("type", "text").put("text", text.text()), text.cache());
            }
            case ContentPart.Image image ->
                user ? withCacheControl(image(image), image.cache()) : dropped("messages.image");
            case ContentPart.Audio audio -> user ? audio(audio) : dropped("messages.audio");
            case ContentPart.Document document ->
                user ? withCacheControl(document(document), document.cache()) : dropped("messages.document");
            case ContentPart.Native other ->
                dropped("messages." + other.block().path("type").asText("block"));
            case ContentPart.ToolCall call -> dropped("messages.tool_call");
            case ContentPart.ToolResult result -> dropped("messages.tool_result");
            case ContentPart.Reasoning reasoning -> {
                dropped.dropped("messages.thinking");
                yield null;
            }
            case ContentPart.Refusal refusal -> dropped("messages.refusal");
        };
    }

    private ObjectNode withCacheControl(ObjectNode written, JsonNode cache) {
        if (cache != null) {
            if (variant.cacheControl()) {
                written.set("cache_control", cache);
            } else {
                dropped.dropped("messages.cache_control");
            }
        }
        return written;
    }

    private ObjectNode dropped(String path) {
        dropped.lost(path);
        return null;
    }

    private ObjectNode image(ContentPart.Image image) {
        if (image.source().fileId() != null) {
            throw unsupported("messages.image.file_id", "an image by URL or in the request");
        }
        if (image.source().data() == null && !variant.imageUrls()) {
            throw unsupported("messages.image.url", "an image in the request, because the provider fetches no URLs");
        }
        ObjectNode written = Json.object().put("type", "image_url");
        ObjectNode url =
                written.putObject("image_url").put("url", image.source().toUrl());
        if ("original".equals(image.detail())) {
            // Known to Responses only.
            url.put("detail", "high");
            dropped.adjusted("messages.image_url.detail", "high");
        } else if (image.detail() != null) {
            url.put("detail", image.detail());
        }
        return written;
    }

    private ObjectNode audio(ContentPart.Audio audio) {
        if (audio.source().data() == null) {
            throw unsupported("messages.audio.url", "audio in the request");
        }
        ObjectNode written = Json.object().put("type", "input_audio");
        written.putObject("input_audio").put("data", audio.source().data()).put("format", audio.format());
        return written;
    }

    /** Text documents are written as text parts, since OpenAI's files are PDFs. */
    private ObjectNode document(ContentPart.Document document) {
        ContentPart.Source source = document.source();
        if (source.isText()) {
            return Json.object().put("type", "text").put("text", source.text());
        }
        if (variant.documents() == ChatVariant.Documents.NONE
                || variant.documents() == ChatVariant.Documents.FILE_ID && source.fileId() == null) {
            throw unsupported("messages.document", "text, or an image of each page");
        }
        if (variant.documents() == ChatVariant.Documents.DOCUMENT_URL) {
            return source.fileId() == null
                    ? documentUrl(document)
                    : Json.object().put("type", "file").put("file_id", source.fileId());
        }
        ObjectNode written = Json.object().put("type", "file");
        ObjectNode file = written.putObject("file");
        if (source.fileId() != null) {
            file.put("file_id", source.fileId());
        } else if (source.data() != null) {
            file.put("filename", document.filename() == null ? "document.pdf" : document.filename());
            file.put("file_data", source.toUrl());
            return written;
        } else if (variant.documentUrls()) {
            file.put("file_data", source.url());
        } else {
            throw unsupported("messages.document.url", "a document in the request");
        }
        if (document.filename() != null) {
            file.put("filename", document.filename());
        }
        return written;
    }

    /** Inline data is a data URL. */
    private static ObjectNode documentUrl(ContentPart.Document document) {
        ObjectNode written = Json.object()
                .put("type", "document_url")
                .put("document_url", document.source().toUrl());
        return document.filename() == null ? written : written.put("document_name", document.filename());
    }

    private GatewayException unsupported(String path, String expected) {
        return new GatewayException(GatewayError.of(
                        GatewayError.Kind.UNSUPPORTED,
                        "provider " + model.provider() + " does not support '" + path + "' (expected: " + expected
                                + ")")
                .withParam(path));
    }
}
