package dev.sluice.http;

import dev.sluice.config.ModelFacts;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Needs;
import dev.sluice.model.Principal;
import dev.sluice.quota.Charge;
import dev.sluice.quota.Decision;
import dev.sluice.quota.Grant;
import dev.sluice.quota.Quota;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;
import java.util.HashMap;
import java.util.Map;

/**
 * What one exchange has been given of its caller's limits and budgets: taken before the first attempt, settled with
 * each attempt's record, given back once when the exchange is over. Confined to the event loop of the client's
 * connection.
 */
final class Toll {

    /** Bytes of text in a token at the least that providers count; a token of plain text has four. */
    private static final int TOKENS_PER_ESTIMATED = 4;

    /** What files, images and sound may add to a prompt whose bytes say nothing about its tokens. */
    private static final long MEDIA_TOKENS = 20_000;

    private final Quota quota;
    private final SluiceConfig config;
    private final Charge charge;
    private final Decision decision;
    /** What attempts that run have been given of their providers' limits, by the attempt's number. */
    private final Map<Integer, Grant> there = new HashMap<>(2);

    private Grant next;

    private Toll(Quota quota, SluiceConfig config, Charge charge, Decision decision) {
        this.quota = quota;
        this.config = config;
        this.charge = charge;
        this.decision = decision;
    }

    /** Null where nothing is limited, so that nobody need look at the prompt. */
    static Toll of(
            Desk desk, SluiceConfig config, Principal who, ClientRequest request, RoutePlan plan, long lifeMillis) {
        Quota quota = desk.quota();
        boolean concerned = quota.concerns(who, plan.route());
        if (!concerned && plan.targets().stream().noneMatch(target -> quota.limits(target.provider()))) {
            return null;
        }
        Needs needs = dev.sluice.dialect.Dialects.needs(request);
        boolean completes = switch (request.surface()) {
            case CHAT_COMPLETIONS, COMPLETIONS, RESPONSES, MESSAGES -> true;
            default -> false;
        };
        long prompt = needs.promptTokens();
        boolean media = needs.images() || needs.audio() || needs.documents();
        int choices = needs.choices();
        Charge charge = new Charge(
                who,
                plan.route(),
                plan.targets().stream().map(target -> priced(config, target)).toList(),
                prompt,
                prompt * TOKENS_PER_ESTIMATED + (media ? MEDIA_TOKENS : 0),
                needs.outputTokens() / choices,
                choices,
                completes,
                lifeMillis);
        return new Toll(quota, config, charge, quota.admit(charge));
    }

    Decision decision() {
        return decision;
    }

    /** Whether another attempt is paid for and its provider's limits let it through; null when it is. */
    GatewayError before(Target target) {
        GatewayError unpaid = decision.grant().extend(priced(config, target));
        if (unpaid != null || !quota.limits(target.provider())) {
            return unpaid;
        }
        Decision provider = quota.admitProvider(target.provider(), charge);
        if (!provider.admitted()) {
            return provider.refusal();
        }
        next = provider.grant();
        return null;
    }

    /** The attempt that {@link #before} let through has its number now. */
    void began(int attempt) {
        if (next != null) {
            there.put(attempt, next);
            next = null;
        }
    }

    void settle(AttemptRecord attempt) {
        decision.grant().settle(attempt);
        Grant provider = there.remove(attempt.attempt());
        if (provider != null) {
            provider.settle(attempt);
            provider.close();
        }
    }

    void close() {
        decision.grant().close();
    }

    private static Charge.Target priced(SluiceConfig config, Target target) {
        var provider = config.providers().get(target.provider());
        ModelFacts facts = config.catalogue().facts(target.provider(), provider.type(), target.model());
        return new Charge.Target(target.provider() + '/' + target.model(), facts.prices(), facts.maxOutputTokens());
    }
}
