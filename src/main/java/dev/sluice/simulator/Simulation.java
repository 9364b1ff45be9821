package dev.sluice.simulator;

import dev.sluice.config.SimulatorConfig;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The model behind the wire, shared by all event loops: decides what the reply to a request is. */
final class Simulation {

    /** Keys of {@code times} remembered at most. */
    private static final int KEYS = 10_000;

    private final Map<String, AtomicInteger> strikes = new ConcurrentHashMap<>();
    private final PreparedAnswers prepared = new PreparedAnswers();
    private volatile SimulatorConfig settings;

    Simulation(SimulatorConfig settings) {
        settings(settings);
    }

    /** Takes new settings for the requests to come. */
    void settings(SimulatorConfig settings) {
        Fault.parse(settings.errorKind());
        this.settings = settings;
    }

    void reset() {
        strikes.clear();
    }

    /** @param steeringHeader value of {@link SimulatorDirectives#HEADER}, or null */
    Reply reply(OpenAiShapes shape, Buffer body, String steeringHeader) {
        try {
            SimulatedRequest request =
                    shape == OpenAiShapes.CHAT ? SimulatedRequest.chat(body) : SimulatedRequest.legacy(body);
            SimulatorDirectives directives = SimulatorDirectives.of(settings, request.model(), steeringHeader);
            return directives == null
                    ? SimulatorErrors.modelNotFound(request.model())
                    : reply(shape, request, directives);
        } catch (SimulatedRequest.Unreadable unreadable) {
            return SimulatorErrors.invalid(unreadable.getMessage(), unreadable.param);
        } catch (IllegalArgumentException misunderstood) {
            return SimulatorErrors.invalid(misunderstood.getMessage(), SimulatorDirectives.HEADER);
        }
    }

    private Reply reply(OpenAiShapes shape, SimulatedRequest request, SimulatorDirectives directives) {
        Fault fault = strikes(directives) ? directives.fault() : new Fault.None();
        return switch (fault) {
            case Fault.Instead instead -> SimulatorErrors.instead(instead, directives);
            case Fault.Within within -> answer(shape, request, directives, within);
        };
    }

    private Reply answer(
            OpenAiShapes shape, SimulatedRequest request, SimulatorDirectives directives, Fault.Within fault) {
        Pacing pacing = directives.pacing();
        long headMillis = directives.firstByte().toMillis();
        if (PreparedAnswers.holds(directives, fault)) {
            long delay = request.stream() ? headMillis : headMillis + pacing.whole(directives.tokens());
            return prepared.reply(shape, request, directives, fault, delay);
        }
        SimulatedAnswer answer = SimulatedAnswer.to(request, directives);
        Envelope envelope = Envelope.of(shape, request, answer);
        return request.stream()
                ? new StreamScript(envelope, fault).reply(headMillis, pacing)
                : new WholeScript(envelope, fault).reply(headMillis + pacing.whole(answer.tokens()));
    }

    private boolean strikes(SimulatorDirectives directives) {
        if (directives.times() == 0) {
            return true;
        }
        if (strikes.size() > KEYS) {
            strikes.clear();
        }
        return strikes.computeIfAbsent(directives.key(), key -> new AtomicInteger())
                        .incrementAndGet()
                <= directives.times();
    }
}
