package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Upload;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.QuirkRules;
import dev.sluice.protocol.request.UpstreamUpload.Replacement;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rewrites a multipart form for one target by replacing spans of its bytes: the model's name, and the parts that the
 * target's quirks rename, drop or add. Files count as parameters, too. Parts named {@code x[]} are the parameter
 * {@code x}. The bytes of files are never read: the positions of all parts are known, because a form is received whole
 * before it is sent.
 */
public final class FormRewriter implements QuirkRules.Members {

    private static final String ARRAY = "[]";

    private final String boundary;
    private final List<Upload.Part> form;
    private final Quirks quirks;
    private final List<Replacement> replacements = new ArrayList<>();
    private final List<String> dropped = new ArrayList<>();
    /** Names at the target by the client's names; null for a dropped parameter. */
    private final Map<String, String> targets = new LinkedHashMap<>();

    public FormRewriter(String boundary, List<Upload.Part> form, UpstreamModel target) {
        this.boundary = boundary;
        this.form = form;
        this.quirks = target.quirks();
        QuirkRules rules = new QuirkRules(quirks, this);
        form.forEach(part -> chooseName(rules, part.parameter()));
        StringBuilder added = new StringBuilder();
        quirks.defaults().forEach((name, json) -> {
            if (rules.addsDefault(name)) {
                addDefault(added, name, Json.readOrNull(json));
            }
        });
        if (!added.isEmpty()) {
            // Before the first boundary line, since a form may have bytes after its last one.
            replacements.add(new Replacement(0, 0, ByteSlice.of(added.toString())));
        }
        form.forEach(part -> rewrite(part, target.model()));
    }

    /** The spans that differ from the client's form, in the order of its bytes. */
    public List<Replacement> replacements() {
        return replacements;
    }

    /** As {@link dev.sluice.protocol.request.UpstreamBody#dropped}. */
    public List<String> dropped() {
        return dropped;
    }

    @Override
    public boolean has(String name) {
        return form.stream().anyMatch(part -> part.parameter().equals(name));
    }

    /** A form has no null. */
    @Override
    public boolean hasValue(String name) {
        return has(name);
    }

    private void chooseName(QuirkRules rules, String parameter) {
        if (targets.containsKey(parameter)) {
            return;
        }
        String target = rules.target(parameter);
        targets.put(parameter, target);
        if (target == null) {
            dropped.add(parameter);
        } else if (!target.equals(parameter)) {
            dropped.add(parameter + "->" + target);
        }
    }

    private void rewrite(Upload.Part part, String model) {
        String parameter = part.parameter();
        String target = targets.get(parameter);
        if (target == null) {
            replacements.add(new Replacement(part.start(), part.end(), ByteSlice.EMPTY));
            return;
        }
        if (!target.equals(parameter)) {
            String suffix = part.name().substring(parameter.length());
            replacements.add(new Replacement(part.nameStart(), part.nameEnd(), ByteSlice.of(quote(target + suffix))));
        }
        if (part.name().equals(Multipart.MODEL)) {
            replacements.add(new Replacement(part.valueStart(), part.valueEnd(), ByteSlice.of(model)));
        } else if (part.replacement() != null) {
            replacements.add(new Replacement(part.valueStart(), part.valueEnd(), part.replacement()));
        }
    }

    /** A JSON array becomes several parts, a text itself, and any other value its JSON text. */
    private void addDefault(StringBuilder to, String name, JsonNode value) {
        if (value != null && value.isArray()) {
            value.forEach(element -> addPart(to, name + ARRAY, element));
        } else if (value != null && !value.isNull()) {
            addPart(to, name, value);
        }
    }

    private void addPart(StringBuilder to, String name, JsonNode value) {
        to.append("--").append(boundary).append("\r\n");
        to.append("content-disposition: form-data; name=").append(quote(name)).append("\r\n\r\n");
        to.append(value.isTextual() ? value.textValue() : value.toString()).append("\r\n");
    }

    /** Escaped as browsers do it. */
    private static String quote(String name) {
        return '"' + name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A") + '"';
    }
}
