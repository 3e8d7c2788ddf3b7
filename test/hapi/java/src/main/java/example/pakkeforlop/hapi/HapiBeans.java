package example.pakkeforlop.hapi;

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.match.config.SubscriptionProcessorConfig;
import ca.uhn.fhir.jpa.subscription.match.deliver.email.IEmailSender;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import jakarta.persistence.EntityManagerFactory;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.hl7.fhir.dstu2.model.Subscription.SubscriptionChannelType;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/**
 * What HAPI's own configuration leaves to whoever runs it. Its behaviour stays as it comes: that is what hospitals have.
 */
@Configuration
@Import({
  HapiJpaConfig.class,
  JpaR4Config.class,
  JpaBatch2Config.class,
  Batch2JobsConfig.class,
  ThreadPoolFactoryConfig.class,
  SubscriptionChannelConfig.class,
  SubscriptionProcessorConfig.class,
  SubscriptionSubmitterConfig.class
})
class HapiBeans {
  /** Threads of the server and of its searches share these. */
  private static final int CONNECTIONS = 30;

  @Bean
  JpaStorageSettings storageSettings() {
    JpaStorageSettings settings = new JpaStorageSettings();
    settings.setHibernateSearchIndexFullText(false);
    // for tests that begin with nothing
    settings.setExpungeEnabled(true);
    settings.setAllowMultipleDelete(true);
    return settings;
  }

  @Bean
  PartitionSettings partitionSettings() {
    return new PartitionSettings();
  }

  /** Where no type is supported, HAPI compares nothing that is written with Subscriptions: so the JPA starter's image comes. */
  @Bean
  SubscriptionSettings subscriptionSettings(@Value("${subscriptions:true}") boolean subscriptions) {
    SubscriptionSettings settings = new SubscriptionSettings();
    if (subscriptions) settings.addSupportedSubscriptionType(SubscriptionChannelType.RESTHOOK);
    return settings;
  }

  /** One must be there, though nothing is mailed. */
  @Bean
  IEmailSender emailSender() {
    return mail -> {};
  }

  @Bean(destroyMethod = "close")
  BasicDataSource dataSource(@Value("${jdbcUrl}") String url) {
    BasicDataSource pool = new BasicDataSource();
    pool.setUrl(url);
    pool.setMaxTotal(CONNECTIONS);
    // Else all above eight are closed after each use, and opened anew for the next.
    pool.setMaxIdle(CONNECTIONS);
    if (isH2(url)) pool.setUsername("sa");
    return pool;
  }

  @Bean
  LocalContainerEntityManagerFactoryBean entityManagerFactory(
      ConfigurableListableBeanFactory beans,
      FhirContext fhir,
      JpaStorageSettings settings,
      DataSource dataSource,
      @Value("${jdbcUrl}") String url) {
    LocalContainerEntityManagerFactoryBean factory =
        HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, fhir, settings);
    factory.setPersistenceUnitName("HAPI_PU");
    factory.setDataSource(dataSource);
    Class<?> dialect = isH2(url) ? HapiFhirH2Dialect.class : HapiFhirPostgresDialect.class;
    factory.setJpaPropertyMap(
        Map.of(
            "hibernate.dialect", dialect.getName(),
            "hibernate.hbm2ddl.auto", "update",
            "hibernate.search.enabled", "false"));
    return factory;
  }

  @Bean
  JpaTransactionManager transactionManager(EntityManagerFactory factory) {
    return new JpaTransactionManager(factory);
  }

  private static boolean isH2(String url) {
    return url.startsWith("jdbc:h2:");
  }
}
