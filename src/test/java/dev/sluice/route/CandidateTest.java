package dev.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Modality;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.catalog.ModelPrices;
import dev.sluice.model.ModelRequirements;
import dev.sluice.model.ProviderHealth;
import dev.sluice.model.ProviderHealth.Unavailability;
import dev.sluice.route.SkippedTarget.Reason;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a target is known to be unable to serve, and why it should not be tried now. */
class CandidateTest {

    private static final Target TARGET = new Target("a", "m", 1, 1);

    @ParameterizedTest
    @CsvSource({"BREAKER_OPEN,breaker_open", "KEYS_COOLING_DOWN,keys_cooling", "SATURATED,saturated", "DRAINED,drained"
    })
    void anUnavailableTargetNamesItsReason(Unavailability health, String word) {
        Candidate candidate = new Candidate(TARGET, 0, FakeProviderHealth.unavailability(health), ModelFacts.UNKNOWN);

        assertThat(candidate.unavailableReason().word()).isEqualTo(word);
    }

    @Test
    void anAvailableTargetHasNoReason() {
        assertThat(candidate(ModelFacts.UNKNOWN).unavailableReason()).isNull();
    }

    @Test
    void unknownFactsExcludeNothing() {
        assertThat(candidate(ModelFacts.UNKNOWN).unsupportedReason(EVERYTHING)).isNull();
    }

    @Test
    void knownTraitsWithoutToolsOrSchemasExcludeRequestsThatNeedThem() {
        Candidate candidate = candidate(new ModelFacts(0, 0, Set.of(Trait.REASONING)));

        assertThat(candidate.unsupportedReason(FakeModelRequirements.TOOLS)).isEqualTo(Reason.NO_TOOLS);
        assertThat(candidate.unsupportedReason(FakeModelRequirements.SCHEMA)).isEqualTo(Reason.NO_JSON_SCHEMA);
        assertThat(candidate.unsupportedReason(ModelRequirements.NONE)).isNull();
    }

    @Test
    void aModelWithToolsAndSchemasServesThem() {
        Candidate candidate = candidate(new ModelFacts(0, 0, Set.of(Trait.TOOLS, Trait.JSON_SCHEMA)));

        assertThat(candidate.unsupportedReason(FakeModelRequirements.TOOLS)).isNull();
        assertThat(candidate.unsupportedReason(FakeModelRequirements.SCHEMA)).isNull();
    }

    /** They are derived from the modalities, so they do not show that the other traits are known. */
    @Test
    void traitsOfModalitiesSayNothingAboutTools() {
        Candidate candidate =
                candidate(new ModelFacts(0, 0, Set.of(Trait.VISION, Trait.AUDIO_INPUT, Trait.DOCUMENT_INPUT)));

        assertThat(candidate.unsupportedReason(FakeModelRequirements.TOOLS)).isNull();
    }

    @Test
    void knownModalitiesExcludeOthers() {
        Candidate text = candidate(inputs(Modality.TEXT));

        assertThat(text.unsupportedReason(FakeModelRequirements.IMAGES)).isEqualTo(Reason.NO_VISION);
        assertThat(text.unsupportedReason(AUDIO)).isEqualTo(Reason.NO_AUDIO);
        assertThat(text.unsupportedReason(DOCUMENTS)).isEqualTo(Reason.NO_DOCUMENTS);
        assertThat(text.unsupportedReason(ModelRequirements.NONE)).isNull();
    }

    @Test
    void aModelServesTheModalitiesThatItTakes() {
        Candidate all = candidate(inputs(Modality.TEXT, Modality.IMAGE, Modality.AUDIO, Modality.DOCUMENT));

        assertThat(all.unsupportedReason(EVERYTHING)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"1000,0,1000,true", "1001,0,1000,false", "900,100,1000,true", "901,100,1000,false"})
    void promptAndOutputShareTheContextWindow(long prompt, long output, long window, boolean fits) {
        Candidate candidate = candidate(new ModelFacts(window, 0, Set.of()));

        assertThat(candidate.unsupportedReason(FakeModelRequirements.tokens(prompt, output)))
                .isEqualTo(fits ? null : Reason.CONTEXT_WINDOW);
    }

    @Test
    void outputBeyondTheMaximumOfTheModelDoesNotReduceTheWindow() {
        Candidate candidate = candidate(new ModelFacts(1_000, 100, Set.of()));

        assertThat(candidate.unsupportedReason(FakeModelRequirements.tokens(900, 1_000_000)))
                .isNull();
        assertThat(candidate.unsupportedReason(FakeModelRequirements.tokens(901, 1_000_000)))
                .isEqualTo(Reason.CONTEXT_WINDOW);
    }

    @Test
    void outputBeyondTheWholeWindowLeavesNoRoomForAPrompt() {
        Candidate candidate = candidate(new ModelFacts(1_000, 0, Set.of()));

        assertThat(candidate.unsupportedReason(FakeModelRequirements.tokens(0, Long.MAX_VALUE)))
                .isNull();
        assertThat(candidate.unsupportedReason(FakeModelRequirements.tokens(1, Long.MAX_VALUE)))
                .isEqualTo(Reason.CONTEXT_WINDOW);
    }

    @Test
    void anUnknownWindowDoesNotRequireThePromptLength() {
        assertThat(candidate(ModelFacts.UNKNOWN).unsupportedReason(FakeModelRequirements.failing()))
                .isNull();
    }

    private static final ModelRequirements AUDIO = new ModelRequirements() {
        @Override
        public boolean audio() {
            return true;
        }
    };

    private static final ModelRequirements DOCUMENTS = new ModelRequirements() {
        @Override
        public boolean documents() {
            return true;
        }
    };

    private static final ModelRequirements EVERYTHING = new ModelRequirements() {
        @Override
        public boolean tools() {
            return true;
        }

        @Override
        public boolean jsonSchema() {
            return true;
        }

        @Override
        public boolean images() {
            return true;
        }

        @Override
        public boolean audio() {
            return true;
        }

        @Override
        public boolean documents() {
            return true;
        }

        @Override
        public long promptTokens() {
            return Long.MAX_VALUE;
        }
    };

    private static ModelFacts inputs(Modality... inputs) {
        return new ModelFacts(0, 0, Set.of(), Set.of(inputs), Set.of(), ModelPrices.UNKNOWN);
    }

    private static Candidate candidate(ModelFacts facts) {
        return new Candidate(TARGET, 0, ProviderHealth.UNTRIED, facts);
    }
}
