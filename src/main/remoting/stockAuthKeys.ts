/** The keys of RocketMQ's AuthConfig, which stand in the files of brokers and proxies alike. Java: org.apache.rocketmq.auth.config.AuthConfig. */
/** In a file, but not among what GET_BROKER_CONFIG answers, so without defaults. */
export const authConfigKeys = `
configName string
clusterName string
authConfigPath string
authenticationEnabled boolean
authenticationProvider string
authenticationMetadataProvider string
authenticationStrategy string
authenticationWhitelist string
initAuthenticationUser string
innerClientAuthenticationCredentials string
authorizationEnabled boolean
authorizationProvider string
authorizationMetadataProvider string
authorizationStrategy string
authorizationWhitelist string
migrateAuthFromV1Enabled boolean
userCacheMaxNum int
userCacheExpiredSecond int
userCacheRefreshSecond int
aclCacheMaxNum int
aclCacheExpiredSecond int
aclCacheRefreshSecond int
statefulAuthenticationCacheMaxNum int
statefulAuthenticationCacheExpiredSecond int
statefulAuthorizationCacheMaxNum int
statefulAuthorizationCacheExpiredSecond int
`
