package dev.sluice.simulator;

import dev.sluice.config.SimulatorConfig;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The simulated provider: decides the reply to each request. Shared by all event loops. */
final class Simulation {

    /** The most keys of {@code times} that are counted. */
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

    /** @param directivesHeader value of {@link SimulatorDirectives#HEADER}, or null */
    Reply reply(OpenAiShapes shape, Buffer body, String directivesHeader) {
        try {
            SimulatedRequest request =
                    shape == OpenAiShapes.CHAT ? SimulatedRequest.chat(body) : SimulatedRequest.legacy(body);
            SimulatorDirectives directives = SimulatorDirectives.of(settings, request.model(), directivesHeader);
            return directives == null
                    ? SimulatorErrors.modelNotFound(request.model())
                    : reply(shape, request, directives);
        } catch (SimulatedRequest.Unreadable unreadable) {
            return SimulatorErrors.invalid(unreadable.getMessage(), unreadable.param);
        } catch (IllegalArgumentException invalid) {
            return SimulatorErrors.invalid(invalid.getMessage(), SimulatorDirectives.HEADER);
        }
    }

    private Reply reply(OpenAiShapes shape, SimulatedRequest request, SimulatorDirectives directives) {
        Fault fault = strikes(directives) ? directives.fault() : new Fault.None();
        return switch (fault) {
            case Fault.Instead instead -> SimulatorErrors.instead(instead, directives);
            case Fault.Within within -> respond(shape, request, directives, within);
        };
    }

    private Reply respond(
            OpenAiShapes shape, SimulatedRequest request, SimulatorDirectives directives, Fault.Within fault) {
        Pacing pacing = directives.pacing();
        long headMillis = directives.firstByte().toMillis();
        if (PreparedResponses.canCache(directives, fault)) {
            long delay = request.stream() ? headMillis : headMillis + pacing.totalMillis(directives.tokens());
            return prepared.reply(shape, request, directives, fault, delay);
        }
        SimulatedResponse response = SimulatedResponse.to(request, directives);
        Envelope envelope = Envelope.of(shape, request, response);
        return request.stream()
                ? new StreamScript(envelope, fault).reply(headMillis, pacing)
                : new JsonBodyScript(envelope, fault).reply(headMillis + pacing.totalMillis(response.tokens()));
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
