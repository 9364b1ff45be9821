package dev.sluice.http.handlers;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Relay;
import dev.sluice.model.Upload.Part;
import dev.sluice.model.Upload.PartKind;
import dev.sluice.protocol.media.Multipart;
import dev.sluice.protocol.multipart.MultipartScanner;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.request.UpstreamUpload;
import dev.sluice.protocol.request.UpstreamUpload.Replacement;
import dev.sluice.protocol.sanitize.Sanitizer;
import dev.sluice.protocol.sanitize.SanitizerFindings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Applies the sanitizing rules of a route to the prompts of a multipart form. Its files are not read. A form that a
 * provider might read in another way than Sluice is refused.
 */
final class FormSanitizer {

    /** In bytes: far above the longest prompt of an image (32,000 characters). */
    private static final int LONGEST_TEXT = 1024 * 1024;

    /** The field that declares the charset of all others (RFC 7578, 4.6). */
    private static final String CHARSET_FIELD = "_charset_";

    private final Sanitizer rules;
    private final SanitizerFindings findings;
    private final String boundaryLine;

    private FormSanitizer(Sanitizer rules, SanitizerFindings findings, String contentType) {
        this.rules = rules;
        this.findings = findings;
        this.boundaryLine = "--" + Multipart.boundary(contentType);
    }

    /** Whether the request is a form. */
    static boolean applies(ClientRequest request) {
        return request.relay() != null || Multipart.isForm(request);
    }

    /**
     * Returns the same object when nothing matched. Blocks while it reads a form in a file.
     *
     * @throws GatewayException INVALID_REQUEST when a rule blocks the form, and when the rules cannot read it
     */
    static ClientRequest clean(ClientRequest request, Sanitizer rules, SanitizerFindings findings) {
        return request.relay() == null
                ? cleanInMemory(request, rules, findings)
                : cleanInFile(request, rules, findings);
    }

    private static ClientRequest cleanInMemory(ClientRequest request, Sanitizer rules, SanitizerFindings findings) {
        ByteSlice form = request.body();
        String type = Multipart.contentType(form);
        MultipartScanner scanner = new MultipartScanner(Multipart.boundary(type), Set.of());
        scanner.feed(form);
        scanner.finish();
        FormSanitizer sanitizer = new FormSanitizer(rules, findings, type);
        List<Replacement> replacements = new ArrayList<>();
        for (Part part : scanner.parts()) {
            if (sanitizer.reads(part)) {
                ByteSlice value = new ByteSlice(form.array(), form.offset() + (int) part.valueStart(), length(part));
                ByteSlice clean = sanitizer.clean(value);
                if (clean != null) {
                    replacements.add(new Replacement(part.valueStart(), part.valueEnd(), clean));
                }
            }
        }
        return replacements.isEmpty()
                ? request
                : Multipart.read(
                        request.surface(),
                        new UpstreamBody(UpstreamUpload.replace(form, replacements), List.of()).joined(),
                        type);
    }

    private static ClientRequest cleanInFile(ClientRequest request, Sanitizer rules, SanitizerFindings findings) {
        Relay relay = request.relay();
        FormSanitizer sanitizer = new FormSanitizer(rules, findings, relay.contentType());
        List<Part> parts = new ArrayList<>(relay.upload().parts());
        boolean changed = false;
        try (FileChannel file = FileChannel.open(relay.upload().file())) {
            for (int i = 0; i < parts.size(); i++) {
                Part part = parts.get(i);
                ByteSlice clean = sanitizer.reads(part) ? sanitizer.clean(read(file, part)) : null;
                if (clean != null) {
                    parts.set(i, part.with(clean));
                    changed = true;
                }
            }
        } catch (IOException unreadable) {
            throw new GatewayException(
                    GatewayError.of(Kind.INTERNAL, "the upload could not be read from its temporary file"));
        }
        return changed
                ? ClientRequest.form(
                        request.surface(),
                        request.model(),
                        relay.contentType(),
                        relay.upload().withParts(List.copyOf(parts)))
                : request;
    }

    private static ByteSlice read(FileChannel file, Part part) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length(part));
        while (bytes.hasRemaining()) {
            if (file.read(bytes, part.valueStart() + bytes.position()) < 0) {
                throw new IOException("the file is shorter than it was");
            }
        }
        return new ByteSlice(bytes.array(), 0, bytes.capacity());
    }

    private static int length(Part part) {
        return (int) (part.valueEnd() - part.valueStart());
    }

    /** Whether the part is a prompt that the rules can read. */
    private boolean reads(Part part) {
        if (part.name().equals(CHARSET_FIELD)) {
            throw Sanitizer.unreadableForm("it has a field " + CHARSET_FIELD);
        }
        if (!Sanitizer.isPrompt(part.name())) {
            return false;
        }
        if (part.kind() == PartKind.FILE) {
            throw Sanitizer.unreadableForm("a prompt is a file");
        }
        if (part.kind() == PartKind.ENCODED_TEXT) {
            throw Sanitizer.unreadableForm("a prompt has a transfer encoding or another charset than UTF-8");
        }
        if (part.valueEnd() - part.valueStart() > LONGEST_TEXT) {
            throw Sanitizer.unreadableForm("a prompt is longer than " + LONGEST_TEXT + " bytes");
        }
        return true;
    }

    /** The text after the rules; null when they changed nothing. */
    private ByteSlice clean(ByteSlice value) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value.array(), value.offset(), value.length()))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw Sanitizer.unreadableForm("a prompt is not valid UTF-8");
        }
        String clean = rules.text(text, findings);
        if (clean.equals(text)) {
            return null;
        }
        if (clean.contains(boundaryLine)) {
            // Without what the rules removed, the text would end its part and begin another.
            throw Sanitizer.unreadableForm("a prompt contains the boundary of the form");
        }
        return ByteSlice.of(clean);
    }
}
