package dev.sluice.protocol.request;

import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the upstream body of one attempt by replacing spans of the client's bytes, from first to last. Bytes that are
 * not replaced are passed on as views of the client's array.
 */
public final class RequestRewriter implements QuirkRules.Members {

    private static final String STREAM_OPTIONS = "stream_options";
    private static final byte[] INCLUDE_USAGE = "include_usage".getBytes(StandardCharsets.UTF_8);
    private static final ByteSlice TRUE = ByteSlice.of("true");
    private static final ByteSlice INCLUDE_USAGE_OBJECT = ByteSlice.of("{\"include_usage\":true}");
    private static final ByteSlice INCLUDE_USAGE_FIRST = ByteSlice.of("\"include_usage\":true,");
    private static final ByteSlice INCLUDE_USAGE_ONLY = ByteSlice.of("\"include_usage\":true");

    private final ClientRequest request;
    private final String upstreamModel;
    private final Quirks quirks;
    private final QuirkRules rules;
    private final byte[] bytes;
    private final List<ByteSlice> parts = new ArrayList<>(5);
    private List<String> dropped = List.of();
    private int copied;

    public RequestRewriter(ClientRequest request, String upstreamModel, Quirks quirks) {
        this.request = request;
        this.upstreamModel = upstreamModel;
        this.quirks = quirks;
        this.rules = quirks.changeNoParameter() ? null : new QuirkRules(quirks, this);
        this.bytes = request.body().array();
        this.copied = request.body().offset();
    }

    /**
     * Whether Sluice requests usage in a stream for a client that did not. Such usage must be hidden from the client.
     * False when quirks rename, drop or set {@code stream_options}.
     */
    public static boolean requestsUsage(ClientRequest request, Quirks quirks) {
        return request.stream()
                && !request.wantsUsage()
                && quirks.streamUsage() == Quirks.StreamUsage.ASK
                && !quirks.drop().contains(STREAM_OPTIONS)
                && !quirks.rename().containsKey(STREAM_OPTIONS)
                && !quirks.defaults().containsKey(STREAM_OPTIONS);
    }

    @Override
    public boolean has(String name) {
        return request.member(name) != null;
    }

    @Override
    public boolean hasValue(String name) {
        Member member = request.member(name);
        return member != null && !isNull(member);
    }

    public UpstreamBody encode() {
        boolean addsUsage = requestsUsage(request, quirks);
        List<Member> members = request.members();
        Member lastKept = null;
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            String target = rules == null ? member.name() : rules.target(member.name());
            if (target == null) {
                report(member, member.name());
                if (lastKept != null) {
                    replace(members.get(i - 1).valueEnd(), member.valueEnd(), ByteSlice.EMPTY);
                }
                continue;
            }
            if (lastKept == null && i > 0) {
                replace(members.get(0).keyStart(), member.keyStart(), ByteSlice.EMPTY);
            }
            lastKept = member;
            keep(member, target, addsUsage);
        }
        if (lastKept == null && !members.isEmpty()) {
            replace(members.getFirst().keyStart(), members.getLast().valueEnd(), ByteSlice.EMPTY);
        }
        addMissing(lastKept, addsUsage && request.member(STREAM_OPTIONS) == null);
        return new UpstreamBody(finish(), dropped);
    }

    private void keep(Member member, String target, boolean addsUsage) {
        String name = member.name();
        if (!target.equals(name)) {
            replace(member.keyStart(), member.keyEnd(), ByteSlice.of(JsonText.quote(target)));
            report(member, name + "->" + target);
        }
        if (name.equals("model") && !upstreamModel.equals(request.model())) {
            replace(member.valueStart(), member.valueEnd(), ByteSlice.of(JsonText.quote(upstreamModel)));
        } else if (addsUsage && name.equals(STREAM_OPTIONS)) {
            requestUsage(member);
        }
    }

    /** Sets {@code include_usage} in the client's own stream options and keeps their other members. */
    private void requestUsage(Member options) {
        if (isNull(options)) {
            replace(options.valueStart(), options.valueEnd(), INCLUDE_USAGE_OBJECT);
            return;
        }
        JsonScanner json = new JsonScanner().reset(bytes, options.valueStart(), options.valueEnd());
        boolean empty = true;
        json.enter();
        int inside = json.position();
        while (json.more()) {
            empty = false;
            boolean found = json.nameIs(INCLUDE_USAGE);
            json.peek();
            int start = json.position();
            json.skip();
            if (found) {
                replace(start, json.position(), TRUE);
                return;
            }
        }
        replace(inside, inside, empty ? INCLUDE_USAGE_ONLY : INCLUDE_USAGE_FIRST);
    }

    private void addMissing(Member lastKept, boolean addsUsage) {
        if (!addsUsage && quirks.defaults().isEmpty()) {
            return;
        }
        StringBuilder added = new StringBuilder();
        quirks.defaults().forEach((name, json) -> {
            if (rules.addsDefault(name)) {
                added.append(',').append(JsonText.quote(name)).append(':').append(json);
            }
        });
        if (addsUsage) {
            added.append(",\"stream_options\":").append(INCLUDE_USAGE_OBJECT.toText());
        }
        if (added.isEmpty()) {
            return;
        }
        // Members dropped after the last kept one are already skipped.
        int at = Math.max(copied, lastKept != null ? lastKept.valueEnd() : afterBrace());
        replace(at, at, ByteSlice.of(lastKept != null ? added.toString() : added.substring(1)));
    }

    private int afterBrace() {
        int at = request.body().offset();
        while (bytes[at] != '{') {
            at++;
        }
        return at + 1;
    }

    private void replace(int from, int to, ByteSlice by) {
        if (from > copied) {
            parts.add(new ByteSlice(bytes, copied, from - copied));
        }
        if (!by.isEmpty()) {
            parts.add(by);
        }
        copied = to;
    }

    private List<ByteSlice> finish() {
        if (copied == request.body().offset()) {
            return List.of(request.body());
        }
        replace(request.body().end(), request.body().end(), ByteSlice.EMPTY);
        return parts;
    }

    private void report(Member member, String text) {
        if (isNull(member)) {
            return;
        }
        if (dropped.isEmpty()) {
            dropped = new ArrayList<>();
        }
        dropped.add(text);
    }

    private boolean isNull(Member member) {
        return bytes[member.valueStart()] == 'n';
    }
}
