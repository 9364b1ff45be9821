package dev.sluice;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What holds for the tests themselves: all of them run, and none of them waits for the clock. */
@AnalyzeClasses(packages = "dev.sluice", importOptions = ImportOption.OnlyIncludeTests.class)
final class TestRulesTest {

    /** The build fails on a skipped test as well, after it ran; this says it before, with the line. */
    @ArchTest
    static final ArchRule noTestIsSkipped = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("org\\.junit\\.jupiter\\.api\\.(Disabled|Assumptions|condition\\..*)"
                    + "|org\\.assertj\\.core\\.api\\.Assumptions"
                    + "|net\\.jqwik\\.api\\.Disabled"
                    + "|com\\.tngtech\\.archunit\\.junit\\.ArchIgnore"
                    + "|org\\.opentest4j\\.TestAbortedException");

    @ArchTest
    static final ArchRule noTestSleeps = noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", java.time.Duration.class)
            .because("a condition is awaited, which is faster when all is well and surer when it is not");
}
