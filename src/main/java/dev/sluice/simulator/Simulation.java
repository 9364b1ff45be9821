package dev.sluice.simulator;

import dev.sluice.config.SimulatorConfig;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The simulated provider, shared by all event loops: decides the reply to each request. */
final class Simulation {

    /** The most keys of {@code times} that are remembered. */
    private static final int KEYS = 10_000;

    private final Map<String, AtomicInteger> strikes = new ConcurrentHashMap<>();
    private final PreparedResponses prepared = new PreparedResponses();
    private volatile SimulatorConfig settings;

    Simulation(SimulatorConfig settings) {
        settings(settings);
    }

    /** Sets the settings of later requests. */
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
        if (PreparedResponses.holds(directives, fault)) {
            long delay = request.stream() ? headMillis : headMillis + pacing.whole(directives.tokens());
            return prepared.reply(shape, request, directives, fault, delay);
        }
        SimulatedResponse answer = SimulatedResponse.to(request, directives);
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
