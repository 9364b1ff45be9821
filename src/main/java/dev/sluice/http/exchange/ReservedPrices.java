package dev.sluice.http.exchange;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelPrices;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.ModelRequirements;
import dev.sluice.model.UsageDetails;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.StringBytes;
import dev.sluice.quota.QuotaRequest;
import dev.sluice.route.RouteTable;
import dev.sluice.route.Target;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
    private final ClientRequest request;
    private final ModelRequirements requirements;
    private final Set<String> modes;
    /** Null until a target has a price for it: the body is searched then. */
    private Boolean hourWrites;

    /** @param requirements of the request */
    ReservedPrices(RouteTable routes, ClientRequest request, ModelRequirements requirements) {
        this.routes = routes;
        this.request = request;
        this.requirements = requirements;
        this.modes = request.isFree() ? Set.of() : modes(request);
    }

    QuotaRequest.PricedTarget at(Target target) {
        if (request.isFree()) {
            return new QuotaRequest.PricedTarget(target.provider(), target.model(), ModelPrices.FREE, 0);
        }
        ModelFacts facts = routes.facts(target);
        ModelPrices prices = facts.prices();
        boolean conversation = request.surface().isConversation() && request.relay() == null;
        return new QuotaRequest.PricedTarget(
                target.provider(),
                target.model(),
                prices.highest(
                        modes,
                        conversation && prices.hasHourWrites() && hourWrites(),
                        conversation && prices.hasAudioInput() && requirements.audio()),
                facts.maxOutputTokens());
    }

    private boolean hourWrites() {
        if (hourWrites == null) {
            hourWrites = mayWriteForAnHour(request.body());
        }
        return hourWrites;
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
        int end = body.end();
        for (int i = StringBytes.nextQuote(bytes, body.offset(), end);
                i <= end - HOUR.length;
                i = StringBytes.nextQuote(bytes, i + 1, end)) {
            if (Arrays.equals(bytes, i, i + HOUR.length, HOUR, 0, HOUR.length)) {
                return true;
            }
        }
        return false;
    }
}
