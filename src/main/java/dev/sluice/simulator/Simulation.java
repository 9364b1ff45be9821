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
    private final Canned canned = new Canned();
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

    /** @param steeringHeader value of {@link Steering#HEADER}, or null */
    Reply reply(Shape shape, Buffer body, String steeringHeader) {
        try {
            Ask ask = shape == Shape.CHAT ? Ask.chat(body) : Ask.legacy(body);
            Steering steering = Steering.of(settings, ask.model(), steeringHeader);
            return steering == null ? Refusals.modelNotFound(ask.model()) : reply(shape, ask, steering);
        } catch (Ask.Unreadable unreadable) {
            return Refusals.invalid(unreadable.getMessage(), unreadable.param);
        } catch (IllegalArgumentException misunderstood) {
            return Refusals.invalid(misunderstood.getMessage(), Steering.HEADER);
        }
    }

    private Reply reply(Shape shape, Ask ask, Steering steering) {
        Fault fault = strikes(steering) ? steering.fault() : new Fault.None();
        return switch (fault) {
            case Fault.Instead instead -> Refusals.instead(instead, steering);
            case Fault.Within within -> answer(shape, ask, steering, within);
        };
    }

    private Reply answer(Shape shape, Ask ask, Steering steering, Fault.Within fault) {
        Tempo tempo = steering.tempo();
        long headMillis = steering.firstByte().toMillis();
        if (Canned.holds(steering, fault)) {
            long delay = ask.stream() ? headMillis : headMillis + tempo.whole(steering.tokens());
            return canned.reply(shape, ask, steering, fault, delay);
        }
        Answer answer = Answer.to(ask, steering);
        Envelope envelope = Envelope.of(shape, ask, answer);
        return ask.stream()
                ? new StreamScript(envelope, fault).reply(headMillis, tempo)
                : new WholeScript(envelope, fault).reply(headMillis + tempo.whole(answer.tokens()));
    }

    private boolean strikes(Steering steering) {
        if (steering.times() == 0) {
            return true;
        }
        if (strikes.size() > KEYS) {
            strikes.clear();
        }
        return strikes.computeIfAbsent(steering.key(), key -> new AtomicInteger())
                        .incrementAndGet()
                <= steering.times();
    }
}
