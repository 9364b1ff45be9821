package dev.sluice.http.exchange;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelPrices;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.UsageDetails;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.quota.QuotaRequest;
import dev.sluice.route.RouteTable;
import dev.sluice.route.Target;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The prices at which one request is reserved: those of what it asks for, such as a service tier, where these are
 * higher than the standard ones.
 */
final class ReservedPrices {

    /** The members of all formats that ask for a service tier, speed or region. */
    private static final List<String> MEMBERS = List.of("service_tier", "speed", "inference_geo");

    private static final byte[] HOUR = "\"1h\"".getBytes(StandardCharsets.UTF_8);
    /** In longer bodies the lifetime of cache writes is not searched but assumed: 1 MiB. */
    private static final int LONGEST_SEARCH = 1 << 20;

    private final RouteTable routes;
    private final boolean isFree;
    private final Set<String> modes;
    private final boolean hourWrites;
    private final boolean audio;

    private ReservedPrices(RouteTable routes, boolean isFree, Set<String> modes, boolean hourWrites, boolean audio) {
        this.routes = routes;
        this.isFree = isFree;
        this.modes = modes;
        this.hourWrites = hourWrites;
        this.audio = audio;
    }

    static ReservedPrices of(RouteTable routes, ClientRequest request) {
        boolean conversation = request.surface().isConversation() && request.relay() == null;
        return request.isFree()
                ? new ReservedPrices(routes, true, Set.of(), false, false)
                : new ReservedPrices(
                        routes,
                        false,
                        modes(request),
                        conversation && mayWriteForAnHour(request.body()),
                        conversation && Protocols.requirements(request).audio());
    }

    QuotaRequest.PricedTarget at(Target target) {
        if (isFree) {
            return new QuotaRequest.PricedTarget(target.provider(), target.model(), ModelPrices.FREE, 0);
        }
        ModelFacts facts = routes.facts(target);
        return new QuotaRequest.PricedTarget(
                target.provider(),
                target.model(),
                facts.prices().highest(modes, hourWrites, audio),
                facts.maxOutputTokens());
    }

    private static Set<String> modes(ClientRequest request) {
        Set<String> modes = Set.of();
        for (String name : MEMBERS) {
            ClientRequest.Member member = request.member(name);
            String mode = member == null ? null : UsageDetails.mode(text(request.body(), member));
            if (mode != null) {
                modes = modes.isEmpty() ? new HashSet<>() : modes;
                modes.add(mode);
                if (name.equals("service_tier") && mode.equals("fast")) {
                    // OpenAI's other name for it, which no response has.
                    modes.add("priority");
                }
            }
        }
        return modes;
    }

    private static String text(ByteSlice body, ClientRequest.Member member) {
        return member.valueEnd() - member.valueStart() >= 2 && body.array()[member.valueStart()] == '"'
                ? JsonScanner.text(body.array(), member.valueStart(), member.valueEnd())
                : null;
    }

    private static boolean mayWriteForAnHour(ByteSlice body) {
        if (body.length() > LONGEST_SEARCH) {
            return true;
        }
        byte[] bytes = body.array();
        for (int i = body.offset(); i <= body.end() - HOUR.length; i++) {
            if (bytes[i] == HOUR[0] && bytes[i + 1] == HOUR[1] && bytes[i + 2] == HOUR[2] && bytes[i + 3] == HOUR[3]) {
                return true;
            }
        }
        return false;
    }
}
