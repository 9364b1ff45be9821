package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ModelName;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.multipart.FormField;
import dev.sluice.protocol.multipart.FormFile;
import dev.sluice.protocol.multipart.MultipartScanner;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.request.UpstreamUpload;
import dev.sluice.protocol.request.UpstreamUpload.Replacement;
import dev.sluice.protocol.spi.UpstreamModel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Multipart requests: transcriptions, translations, image edits and files. */
public final class Multipart {

    private static final String TYPE = "multipart/form-data";
    static final String MODEL = "model";
    private static final String STREAM = "stream";
    /** Fields that are numbers in JSON. A form has texts only. */
    private static final Set<String> NUMBERS = Set.of("n", "output_compression", "partial_images");

    /** The fields that determine model, form and cost of a response. */
    private static final Set<String> SCANNED_FIELDS =
            Set.of(MODEL, STREAM, "n", "size", "quality", "partial_images", "response_format");

    /** The characters of RFC 2046 without the space, which clients do not use. */
    private static final String BOUNDARY_CHARS = "[0-9A-Za-z'()+_,./:=?-]{1,70}";

    private static final Pattern BOUNDARY = Pattern.compile(
            ";\\s*boundary\\s*=\\s*(?:\"(" + BOUNDARY_CHARS + ")\"|(" + BOUNDARY_CHARS + "))\\s*(?:;|$)",
            Pattern.CASE_INSENSITIVE);

    private Multipart() {}

    /**
     * The boundary that a content type names.
     *
     * @throws GatewayException with {@code UNSUPPORTED_MEDIA_TYPE} when it is not a form, {@code INVALID_REQUEST} when
     *     the boundary is missing or invalid
     */
    public static String boundary(String contentType) {
        if (contentType == null || !contentType.regionMatches(true, 0, TYPE, 0, TYPE.length())) {
            throw new GatewayException(GatewayError.of(
                    Kind.UNSUPPORTED_MEDIA_TYPE, "the content type is not " + TYPE + " (expected: " + TYPE + ")"));
        }
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            throw MultipartScanner.malformed("its content type has no boundary of 1 to 70 usual characters");
        }
        return boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
    }

    /**
     * Converts a form without files to an equivalent JSON object.
     *
     * @return null when the form has a file
     * @throws GatewayException with {@code INVALID_REQUEST} when it is not a valid form
     */
    public static ByteSlice asJson(ByteSlice form, String contentType) {
        MultipartScanner scanner = MultipartScanner.ofAll(boundary(contentType), form.length());
        scanner.feed(form);
        scanner.finish();
        return scanner.files().isEmpty() ? Json.bytes(fields(scanner)) : null;
    }

    /**
     * Converts a form to an equivalent JSON request, for providers that do not accept forms: each file becomes a
     * {@code data:} URL, several of one name an array.
     */
    static ClientRequest toJsonRequest(ClientRequest request) {
        ByteSlice form = request.body();
        MultipartScanner scanner = MultipartScanner.ofAll(boundary(contentType(form)), form.length());
        scanner.feed(form);
        scanner.finish();
        ObjectNode json = fields(scanner);
        for (FormFile file : scanner.files()) {
            String name = file.name().endsWith("[]")
                    ? file.name().substring(0, file.name().length() - 2)
                    : file.name();
            String link = dataUrl(form, file);
            switch (json.get(name)) {
                case null -> json.put(name, link);
                case ArrayNode several -> several.add(link);
                case JsonNode one -> json.putArray(name).add(one).add(link);
            }
        }
        return new RequestReader(request.surface(), Json.bytes(json)).read();
    }

    private static String dataUrl(ByteSlice form, FormFile file) {
        int start = form.offset() + (int) file.start();
        ByteBuffer bytes = ByteBuffer.wrap(form.array(), start, (int) (file.end() - file.start()));
        String type = file.type() == null ? "application/octet-stream" : file.type();
        return "data:" + type + ";base64,"
                + StandardCharsets.US_ASCII.decode(Base64.getEncoder().encode(bytes));
    }

    private static ObjectNode fields(MultipartScanner scanner) {
        ObjectNode json = Json.object();
        scanner.fields().values().forEach(field -> {
            if (NUMBERS.contains(field.name()) && field.value().matches("[0-9]{1,6}")) {
                json.put(field.name(), Integer.parseInt(field.value()));
            } else {
                json.put(field.name(), field.value());
            }
        });
        return json;
    }

    /** A scanner that finds the fields that Sluice acts on in a body that arrives in chunks. */
    public static MultipartScanner scanner(String contentType) {
        return new MultipartScanner(boundary(contentType), SCANNED_FIELDS);
    }

    /**
     * Reads the fields that Sluice acts on from a complete body. The members of the request are these fields, and the
     * files without their names.
     *
     * @throws GatewayException with {@code INVALID_REQUEST} when it is not a valid form, or lacks a required model
     */
    public static ClientRequest read(Surface surface, ByteSlice body, String contentType) {
        MultipartScanner scanner = scanner(contentType);
        scanner.feed(body);
        scanner.finish();
        List<Member> members = new ArrayList<>();
        scanner.fields().values().forEach(field -> {
            members.add(member(body, field.name(), field.start(), field.end(), false));
        });
        scanner.files().forEach(file -> members.add(member(body, "", file.start(), file.end(), true)));
        return new ClientRequest(
                surface,
                body,
                model(surface, scanner.field(MODEL)),
                stream(scanner.field(STREAM)),
                false,
                List.copyOf(members));
    }

    private static Member member(ByteSlice form, String name, long start, long end, boolean file) {
        int from = form.offset() + (int) start;
        return new Member(name, from, from, from, form.offset() + (int) end, file, false);
    }

    /**
     * Validates the model that a form names.
     *
     * @param field null when it was not found; an empty name is returned where the surface needs no model
     */
    public static String model(Surface surface, FormField field) {
        if (field == null && surface == Surface.FILES) {
            return "";
        }
        if (field == null) {
            throw RequestErrors.missing(MODEL);
        }
        if (!ModelName.isValid(field.value())) {
            throw RequestErrors.invalidValue(
                    MODEL,
                    "1 to " + ModelName.MAX_LENGTH + " characters, each a letter, a digit or one of . _ : / @ -");
        }
        return field.value();
    }

    public static boolean stream(FormField field) {
        if (field == null
                || field.value().equalsIgnoreCase("false")
                || field.value().isEmpty()) {
            return false;
        }
        if (!field.value().equalsIgnoreCase("true")) {
            throw RequestErrors.invalidValue(STREAM, "true or false");
        }
        return true;
    }

    /** Whether the body is a form. JSON never begins with two dashes. */
    public static boolean isForm(ClientRequest request) {
        ByteSlice body = request.body();
        return body.length() > 2 && body.array()[body.offset()] == '-' && body.array()[body.offset() + 1] == '-';
    }

    /** The content type of a form, with the boundary of its first line. */
    public static String contentType(ByteSlice body) {
        int end = body.offset();
        while (end < body.end() && body.array()[end] != '\r') {
            end++;
        }
        int start = body.offset() + 2;
        String boundary = new String(body.array(), start, Math.max(0, end - start), StandardCharsets.US_ASCII);
        boolean token = boundary.matches("[0-9A-Za-z'+_.-]+");
        return TYPE + "; boundary=" + (token ? boundary : '"' + boundary + '"');
    }

    /** Returns the form with the model's name and the quirks of a target. */
    static UpstreamBody forTarget(ClientRequest request, UpstreamModel target) {
        ByteSlice form = request.body();
        if (target.quirks().changeNoParameter()) {
            return new UpstreamBody(withModel(request, target.model()), List.of());
        }
        String boundary = boundary(contentType(form));
        MultipartScanner scanner = new MultipartScanner(boundary, Set.of());
        scanner.feed(form);
        scanner.finish();
        FormRewriter rewriter = new FormRewriter(boundary, scanner.parts(), target);
        return new UpstreamBody(UpstreamUpload.replace(form, rewriter.replacements()), rewriter.dropped());
    }

    private static List<ByteSlice> withModel(ClientRequest request, String model) {
        Member member = request.member(MODEL);
        if (member == null || model.equals(request.model())) {
            return List.of(request.body());
        }
        int from = request.body().offset();
        Replacement name = new Replacement(member.valueStart() - from, member.valueEnd() - from, ByteSlice.of(model));
        return UpstreamUpload.replace(request.body(), List.of(name));
    }
}
