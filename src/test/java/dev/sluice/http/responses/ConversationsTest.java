package dev.sluice.http.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.stream.FairBudget;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationsTest {

    private final FairBudget budget = new FairBudget(1_000);
    private final List<String> forgotten = new ArrayList<>();

    @Test
    void aConversationHasTheItemsOfAllItsResponses() {
        Conversations conversations = new Conversations(budget, null, 100, (id, why) -> forgotten.add(id + " " + why));
        conversations.remember("one", null, null, items(10, 'a'));
        conversations.remember("two", conversations.find("one"), null, items(10, 'b'));
        conversations.forget("one");

        assertThat(conversations.find("one")).isNull();
        assertThat(conversations.find("two").items()).containsExactly(items(10, 'a'), items(10, 'b'));
        assertThat(budget.used()).isEqualTo(20);
    }

    @Test
    void theOldestIsForgottenFirstAndAllMemoryIsReturned() {
        Conversations conversations = new Conversations(budget, null, 100, (id, why) -> forgotten.add(id + " " + why));
        conversations.remember("one", null, null, items(40, 'a'));
        conversations.remember("two", null, null, items(40, 'b'));
        conversations.find("one");
        conversations.remember("three", null, null, items(40, 'c'));

        assertThat(conversations.find("two")).isNull();
        assertThat(conversations.find("one")).isNotNull();
        assertThat(budget.used()).isEqualTo(80);
        conversations.forget("one");
        conversations.close();
        assertThat(budget.used()).isZero();
        assertThat(forgotten).containsExactly("two EVICTED", "one FAILED");
    }

    @Test
    void whatDoesNotFitIsNotRemembered() {
        Conversations small = new Conversations(budget, null, 100, (id, why) -> forgotten.add(id + " " + why));
        small.remember("one", null, null, items(90, 'a'));
        small.remember("two", small.find("one"), null, items(90, 'b'));
        assertThat(small.find("two")).isNull();
        assertThat(small.find("one")).isNotNull();

        Conversations ofOthers =
                new Conversations(new FairBudget(50), null, 100, (id, why) -> forgotten.add(id + " " + why));
        ofOthers.remember("one", null, null, items(60, 'a'));
        assertThat(ofOthers.find("one")).isNull();
    }

    @Test
    void aConversationThatIsTooLongTakesNothingFromOthers() {
        Conversations conversations = new Conversations(budget, null, 100, (id, why) -> forgotten.add(id + " " + why));
        conversations.remember("one", null, "a", items(30, 'a'));
        conversations.remember("two", conversations.find("one"), "a", items(30, 'b'));
        conversations.remember("other", null, "b", items(30, 'c'));

        conversations.remember("three", conversations.find("two"), "a", items(60, 'd'));

        assertThat(conversations.find("three")).isNull();
        assertThat(conversations.find("two")).isNotNull();
        assertThat(conversations.find("other")).isNotNull();
        assertThat(forgotten).containsExactly("three TOO_LARGE");
    }

    private static ByteSlice items(int length, char of) {
        return ByteSlice.of(String.valueOf(of).repeat(length));
    }
}
