package dev.sluice.binding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configs;
import dev.sluice.config.SluiceConfig;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScalarKindTest {

    private final Set<Type> seen = new HashSet<>();
    private int fromZero;

    /** The documentation writes {@code 0: never}, for durations too. */
    @Test
    void aPlainZeroIsReadByEveryKeyWhoseRangeBeginsWithIt() {
        check(SluiceConfig.class);

        assertThat(fromZero).isGreaterThan(40);
        SluiceConfig config = Configs.config(
                "server: { heartbeat: 0, drain: 0 }\nproviders: { local: { type: simulator, models_ttl: 0 } }");
        assertThat(config.server().heartbeat()).isEqualTo(Duration.ZERO);
        assertThat(config.server().drain()).isEqualTo(Duration.ZERO);
        assertThat(config.providers().get("local").modelsTtl()).isEqualTo(Duration.ZERO);
    }

    private void check(Type type) {
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                check(argument);
            }
        } else if (RecordShape.isRecord(type) && seen.add(type)) {
            for (RecordShape.Field field : RecordShape.of(type).fields()) {
                ScalarKind kind = field.type() instanceof Class<?> raw ? ScalarKind.of(raw) : null;
                if (kind != null && field.key().min() == 0) {
                    fromZero++;
                    Object zero = kind.read((Class<?>) field.type(), "0");
                    assertThat(zero).as("%s.%s", type, field.name()).isNotNull();
                    assertThat(kind.magnitude(zero)).isZero();
                } else {
                    check(field.type());
                }
            }
        }
    }
}
