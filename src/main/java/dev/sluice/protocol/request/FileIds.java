package dev.sluice.protocol.request;

import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.json.JsonScanner;
import java.util.HashSet;
import java.util.Set;

/**
 * The files at the provider that a JSON body names: {@code file_id} and {@code file_ids} at any depth, as all formats
 * of clients call them.
 */
public final class FileIds {

    /** More than any provider accepts in one request. */
    private static final int MAX_IDS = 500;

    private final byte[] bytes;
    private final JsonScanner json = new JsonScanner();
    private final Set<String> ids = new HashSet<>();

    private FileIds(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Null when the body names none. Reads only members in which the reader of the body saw such a name.
     *
     * @throws GatewayException INVALID_REQUEST when it names more than {@value #MAX_IDS}
     */
    public static Set<String> of(ClientRequest request) {
        if (request.relay() != null) {
            return null;
        }
        FileIds found = null;
        for (int i = 0; i < request.members().size(); i++) {
            Member member = request.members().get(i);
            if (member.namesFiles() || isFileId(member.name())) {
                found = found == null ? new FileIds(request.body().array()) : found;
                found.json.reset(found.bytes, member.valueStart(), member.valueEnd());
                found.read(isFileId(member.name()));
            }
        }
        return found == null || found.ids.isEmpty() ? null : found.ids;
    }

    /** Recursion is bounded by the depth that the reader of the body admits. */
    private void read(boolean isId) {
        byte type = json.peek();
        if (type == '[') {
            json.enter();
            while (json.more()) {
                read(isId);
            }
        } else if (type == '{') {
            json.enter();
            while (json.more()) {
                read(isFileId(json.name()));
            }
        } else {
            int start = json.position();
            json.skip();
            if (isId && type == '"') {
                add(JsonScanner.text(bytes, start, json.position()));
            }
        }
    }

    /** In any case, because some servers compare names so. */
    private static boolean isFileId(String name) {
        return name.equalsIgnoreCase("file_id") || name.equalsIgnoreCase("file_ids");
    }

    private void add(String id) {
        ids.add(id);
        if (ids.size() > MAX_IDS) {
            throw new GatewayException(GatewayError.invalid(
                    "The body names more than " + MAX_IDS + " files (expected: at most that many file_id).",
                    null,
                    "too_many_files"));
        }
    }
}
